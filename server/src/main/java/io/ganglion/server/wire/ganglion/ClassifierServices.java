package io.ganglion.server.wire.ganglion;

import io.ganglion.proto.mrpc.TextPair;
import io.ganglion.proto.mrpc.YesNo;
import io.ganglion.proto.mrpc.mrpcGrpc;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.proto.v1.GetModelRequest;
import io.ganglion.proto.v1.GetModelResponse;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.server.batch.NanoClock;
import io.ganglion.server.batch.Outcome;
import io.ganglion.server.batch.PendingRequest;
import io.ganglion.server.grpc.ConnectionQuota;
import io.ganglion.server.grpc.Intake;
import io.ganglion.server.grpc.RequestMarshaller;
import io.ganglion.server.grpc.RequestTracer;
import io.ganglion.server.grpc.UnaryHandler;
import io.ganglion.server.grpc.WireEvents;
import io.ganglion.server.grpc.WireLimits;
import io.ganglion.server.model.ServedModel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The project's two services over whatever model is served now. Thread-safe. */
public final class ClassifierServices {
  private final Intake intake;
  private final StreamHandler streams;
  private final UnaryHandler<ClassifyRequest, ClassifyResponse> classify;
  private final UnaryHandler<TextPair, YesNo> paraphrase;

  /**
   * @param models the model that answers now; asked for each request
   */
  public ClassifierServices(
      Supplier<ServedModel> models,
      WireLimits limits,
      NanoClock clock,
      WireEvents events,
      RequestTracer tracer) {
    this.intake = new Intake(models, limits, clock, events, tracer);
    this.streams = new StreamHandler(intake);
    this.classify = new UnaryHandler<>(intake, new Classify());
    this.paraphrase = new UnaryHandler<>(intake, new Paraphrase());
  }

  /** Must be added to the server that these services are added to. */
  public ServerTransportFilter transportFilter() {
    return ConnectionQuota.filter(intake.limits().connectionInFlight(), intake.events());
  }

  /** Streams that hold all they may, and whose client has read nothing for a second. */
  public int stalledStreams() {
    return streams.stalled();
  }

  public WireEvents events() {
    return intake.events();
  }

  public RequestTracer tracer() {
    return intake.tracer();
  }

  public List<ServerServiceDefinition> definitions() {
    return List.of(pairClassifier(), mrpc());
  }

  private ServerServiceDefinition pairClassifier() {
    MethodDescriptor<ClassifyRequest, ClassifyResponse> unary =
        RequestMarshaller.requests(PairClassifierGrpc.getClassifyMethod());
    MethodDescriptor<ClassifyStreamRequest, ClassifyStreamResponse> stream =
        RequestMarshaller.items(PairClassifierGrpc.getClassifyStreamMethod());
    MethodDescriptor<GetModelRequest, GetModelResponse> getModel =
        PairClassifierGrpc.getGetModelMethod();
    return ServerServiceDefinition.builder(
            withMethods(PairClassifierGrpc.getServiceDescriptor(), unary, stream, getModel))
        .addMethod(unary, classify)
        .addMethod(stream, streams)
        .addMethod(getModel, GetModelHandler.create(intake))
        .build();
  }

  private ServerServiceDefinition mrpc() {
    MethodDescriptor<TextPair, YesNo> unary =
        RequestMarshaller.pairs(mrpcGrpc.getParaphraseMethod());
    return ServerServiceDefinition.builder(withMethods(mrpcGrpc.getServiceDescriptor(), unary))
        .addMethod(unary, paraphrase)
        .build();
  }

  /** The same service, as reflection shows it, with methods that read requests our way. */
  private static ServiceDescriptor withMethods(
      ServiceDescriptor service, MethodDescriptor<?, ?>... methods) {
    ServiceDescriptor.Builder builder = ServiceDescriptor.newBuilder(service.getName());
    builder.setSchemaDescriptor(service.getSchemaDescriptor());
    for (MethodDescriptor<?, ?> method : methods) {
      builder.addMethod(method);
    }
    return builder.build();
  }

  /** From now on every request is refused as unavailable. */
  public void refuseAll() {
    intake.drain();
  }

  /** Ends each stream as soon as its items are answered, and each call that has asked nothing. */
  public void endCalls() {
    Status status = Status.UNAVAILABLE.withDescription("the server is shutting down");
    streams.endAll(status);
    classify.endSilent(status);
    paraphrase.endSilent(status);
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
        completion.flush();
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
