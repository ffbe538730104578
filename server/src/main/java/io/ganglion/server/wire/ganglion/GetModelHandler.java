package io.ganglion.server.wire.ganglion;

import io.ganglion.engine.model.Ability;
import io.ganglion.engine.model.ModelFacts;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.proto.v1.Backend;
import io.ganglion.proto.v1.GetModelRequest;
import io.ganglion.proto.v1.GetModelResponse;
import io.ganglion.proto.v1.Limits;
import io.ganglion.proto.v1.ModelDimensions;
import io.ganglion.proto.v1.Task;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.server.grpc.Intake;
import io.ganglion.server.grpc.WireLimits;
import io.grpc.ServerCallHandler;
import io.grpc.stub.ServerCalls;

/** Answers with a description of the served model. */
final class GetModelHandler {
  private GetModelHandler() {}

  static ServerCallHandler<GetModelRequest, GetModelResponse> create(Intake intake) {
    return ServerCalls.asyncUnaryCall(
        (request, observer) -> {
          observer.onNext(response(intake.model(), intake.limits()));
          observer.onCompleted();
        });
  }

  private static GetModelResponse response(ServedModel model, WireLimits limits) {
    ModelFacts facts = model.facts();
    return GetModelResponse.newBuilder()
        .setName(facts.name())
        .setDigest(facts.digest())
        .setVersion(facts.version())
        .addAllLabels(facts.manifest().labels())
        .setDimensions(dimensions(facts))
        .setPrecision(facts.manifest().precision().toString())
        .setBackend(
            Backend.newBuilder()
                .setKind(facts.backend())
                .setCores(facts.cores())
                .setReason(facts.backendReason())
                .setBatchInvariant(facts.batchInvariant()))
        .setLimits(
            Limits.newBuilder()
                .setBatchSizeRequests(facts.batch().maxRequests())
                .setBatchTokens(facts.batch().maxTokens())
                .setQueueRequests(limits.queueRequests())
                .setItemBytes(limits.itemBytes())
                .setStreamInFlightRequests(limits.streamInFlight())
                .setCallItems(CallItems.MOST))
        .setTask(task(model))
        .build();
  }

  private static Task task(ServedModel model) {
    ModelManifest manifest = model.facts().manifest();
    return Task.newBuilder()
        .setKind(
            switch (manifest.task().kind()) {
              case SEQUENCE_CLASSIFICATION -> Task.Kind.SEQUENCE_CLASSIFICATION;
              case SEQUENCE_EMBEDDING -> Task.Kind.SEQUENCE_EMBEDDING;
              case TOKEN_CLASSIFICATION -> Task.Kind.TOKEN_CLASSIFICATION;
            })
        .setOutput(
            switch (manifest.task().output()) {
              case SOFTMAX -> Task.Output.SOFTMAX;
              case SIGMOID -> Task.Output.SIGMOID;
              case IDENTITY -> Task.Output.IDENTITY;
              case L2_NORM -> Task.Output.L2_NORM;
            })
        .setEmbeddingDimensions(manifest.task().labelled() ? 0 : manifest.outputWidth())
        .setTakesPairs(Ability.CLASSIFY.of(model) && model.takesPairs())
        .build();
  }

  private static ModelDimensions dimensions(ModelFacts facts) {
    io.ganglion.runtime.model.ModelDimensions d = facts.manifest().dimensions();
    return ModelDimensions.newBuilder()
        .setLayers(d.layers())
        .setHiddenSize(d.hiddenSize())
        .setAttentionHeads(d.heads())
        .setIntermediateSize(d.intermediateSize())
        .setVocabularySize(d.vocabularySize())
        .setMaxSequenceLengthTokens(facts.manifest().sequenceLength())
        .build();
  }
}
