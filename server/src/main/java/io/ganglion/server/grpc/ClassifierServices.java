package io.ganglion.server.grpc;

import io.ganglion.proto.mrpc.TextPair;
import io.ganglion.proto.mrpc.YesNo;
import io.ganglion.proto.mrpc.mrpcGrpc;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.server.batch.NanoClock;
import io.ganglion.server.batch.Outcome;
import io.ganglion.server.batch.PendingRequest;
import io.ganglion.server.model.ServedModel;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The project's two services over whatever model is served now. Thread-safe. */
public final class ClassifierServices {
  private final Intake intake;
  private final StreamHandler streams;

  /**
   * @param models the model that answers now; asked for each request
   */
  public ClassifierServices(
      Supplier<ServedModel> models, WireLimits limits, NanoClock clock, WireEvents events) {
    this.intake = new Intake(models, limits, clock, events);
    this.streams = new StreamHandler(intake);
  }

  /** Must be added to the server that these services are added to. */
  public ServerTransportFilter transportFilter() {
    return ConnectionQuota.filter(intake.limits().connectionInFlight(), intake.events());
  }

  public List<ServerServiceDefinition> definitions() {
    return List.of(pairClassifier(), mrpc());
  }

  private ServerServiceDefinition pairClassifier() {
    return ServerServiceDefinition.builder(PairClassifierGrpc.getServiceDescriptor())
        .addMethod(
            PairClassifierGrpc.getClassifyMethod(), new UnaryHandler<>(intake, new Classify()))
        .addMethod(PairClassifierGrpc.getClassifyStreamMethod(), streams)
        .addMethod(PairClassifierGrpc.getGetModelMethod(), GetModelHandler.create(intake))
        .build();
  }

  private ServerServiceDefinition mrpc() {
    return ServerServiceDefinition.builder(mrpcGrpc.getServiceDescriptor())
        .addMethod(mrpcGrpc.getParaphraseMethod(), new UnaryHandler<>(intake, new Paraphrase()))
        .build();
  }

  /** From now on every request is refused as unavailable. */
  public void refuseAll() {
    intake.drain();
  }

  /** Ends each stream as soon as its items are answered. */
  public void endStreams() {
    streams.endAll(Status.UNAVAILABLE.withDescription("the server is shutting down"));
  }

  private final class Classify implements UnaryHandler.Method<ClassifyRequest, ClassifyResponse> {
    @Override
    public @Nullable PendingRequest submit(
        ClassifyRequest request,
        long arrivalNs,
        long deadlineNs,
        ConnectionQuota quota,
        Intake.ModelCompletion completion) {
      return intake.submit(
          request.getTextA(),
          request.hasTextB() ? request.getTextB() : null,
          request.getSerializedSize(),
          arrivalNs,
          deadlineNs,
          quota,
          completion);
    }

    @Override
    public ClassifyResponse answer(ServedModel model, Outcome.Answered answered) {
      return Answers.response(model, answered);
    }
  }

  private final class Paraphrase implements UnaryHandler.Method<TextPair, YesNo> {
    @Override
    public @Nullable PendingRequest submit(
        TextPair request,
        long arrivalNs,
        long deadlineNs,
        ConnectionQuota quota,
        Intake.ModelCompletion completion) {
      ServedModel model = intake.model();
      if (model.labels().size() != 2) {
        completion.complete(
            model,
            new Outcome.Invalid(
                "mrpc needs a model with two labels; this one has " + model.labels().size()));
        return null;
      }
      return intake.submit(
          request.getTextA(),
          request.getTextB(),
          request.getSerializedSize(),
          arrivalNs,
          deadlineNs,
          quota,
          completion);
    }

    @Override
    public YesNo answer(ServedModel model, Outcome.Answered answered) {
      return Answers.yesNo(answered);
    }
  }
}
