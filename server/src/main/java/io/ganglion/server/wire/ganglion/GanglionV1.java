package io.ganglion.server.wire.ganglion;

import com.google.protobuf.MessageLite;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.batch.PendingRequest;
import io.ganglion.engine.model.Ability;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.ganglion.proto.v1.EmbedRequest;
import io.ganglion.proto.v1.EmbedStreamRequest;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.proto.v1.RerankRequest;
import io.ganglion.proto.v1.TagTokensRequest;
import io.ganglion.server.grpc.ConnectionQuota;
import io.ganglion.server.grpc.Intake;
import io.ganglion.server.grpc.ItemsHandler;
import io.ganglion.server.grpc.RequestMarshaller;
import io.ganglion.server.grpc.UnaryHandler;
import io.ganglion.server.grpc.WireService;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The project's own protocol. Stateless. */
public final class GanglionV1 implements WireService {
  @Override
  public List<ServerServiceDefinition> services(Intake intake) {
    return List.of(
        WireService.define(
            PairClassifierGrpc.getServiceDescriptor(),
            ServerMethodDefinition.create(
                RequestMarshaller.of(
                    PairClassifierGrpc.getClassifyMethod(), ClassifyRequest.getDefaultInstance()),
                TaskGate.of(
                    intake, Ability.CLASSIFY, new UnaryHandler<>(intake, new Classify(intake, 0)))),
            ServerMethodDefinition.create(
                RequestMarshaller.of(
                    PairClassifierGrpc.getClassifyStreamMethod(),
                    ClassifyStreamRequest.getDefaultInstance()),
                TaskGate.of(intake, Ability.CLASSIFY, stream(intake, new ClassifyItems()))),
            ServerMethodDefinition.create(
                RequestMarshaller.of(
                    PairClassifierGrpc.getRerankMethod(), RerankRequest.getDefaultInstance()),
                TaskGate.of(intake, Ability.RERANK, new ItemsHandler<>(intake, new Rerank()))),
            ServerMethodDefinition.create(
                RequestMarshaller.of(
                    PairClassifierGrpc.getEmbedMethod(), EmbedRequest.getDefaultInstance()),
                TaskGate.of(intake, Ability.EMBED, new ItemsHandler<>(intake, new Embed()))),
            ServerMethodDefinition.create(
                RequestMarshaller.of(
                    PairClassifierGrpc.getEmbedStreamMethod(),
                    EmbedStreamRequest.getDefaultInstance()),
                TaskGate.of(intake, Ability.EMBED, stream(intake, new EmbedItems()))),
            ServerMethodDefinition.create(
                RequestMarshaller.of(
                    PairClassifierGrpc.getTagTokensMethod(), TagTokensRequest.getDefaultInstance()),
                TaskGate.of(intake, Ability.TAG, new ItemsHandler<>(intake, TagTokens.ANY))),
            ServerMethodDefinition.create(
                PairClassifierGrpc.getGetModelMethod(), GetModelHandler.create(intake))));
  }

  private static <Q, R extends MessageLite> ServerCallHandler<Q, R> stream(
      Intake intake, ItemStream<Q, R> messages) {
    return (call, headers) -> {
      StreamSession<Q, R> session =
          new StreamSession<>(
              intake, messages, call, UnaryHandler.deadlineNs(intake.clock().nanoTime()));
      session.start();
      return session;
    };
  }

  private record Classify(Intake intake, int topK)
      implements UnaryHandler.Method<ClassifyRequest, ClassifyResponse> {
    @Override
    public @Nullable PendingRequest submit(
        ClassifyRequest request,
        long arrivalNs,
        long deadlineNs,
        ConnectionQuota quota,
        Intake.ModelCompletion completion) {
      return intake.submit(Answers.texts(request), arrivalNs, deadlineNs, quota, completion);
    }

    @Override
    public UnaryHandler.Method<ClassifyRequest, ClassifyResponse> of(ClassifyRequest request) {
      return request.getTopK() == 0 ? this : new Classify(intake, request.getTopK());
    }

    @Override
    public ClassifyResponse answer(ServedModel model, Outcome.Answered answered) {
      return Answers.response(model, answered, topK);
    }
  }
}
