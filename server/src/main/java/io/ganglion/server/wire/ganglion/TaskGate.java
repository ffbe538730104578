package io.ganglion.server.wire.ganglion;

import io.ganglion.engine.model.ServedModel;
import io.ganglion.runtime.model.Task;
import io.ganglion.server.grpc.Intake;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.function.Predicate;

/** Refuses calls that the served model cannot answer, and says which it can. Stateless. */
final class TaskGate {
  private TaskGate() {}

  static boolean classifies(ServedModel model) {
    return kind(model) == Task.Kind.SEQUENCE_CLASSIFICATION;
  }

  /** Whether its answer is a score of a pair, by which documents can be sorted. */
  static boolean ranks(ServedModel model) {
    return classifies(model) && model.labels().size() == 1 && model.takesPairs();
  }

  static boolean embeds(ServedModel model) {
    return kind(model) == Task.Kind.SEQUENCE_EMBEDDING;
  }

  private static Task.Kind kind(ServedModel model) {
    return model.facts().manifest().task().kind();
  }

  /** A handler of calls for models of one kind. */
  static <Q, R> ServerCallHandler<Q, R> of(
      Intake intake, Predicate<ServedModel> can, ServerCallHandler<Q, R> handler) {
    return (call, headers) -> {
      ServedModel model = intake.model();
      if (can.test(model)) {
        return handler.startCall(call, headers);
      }
      call.close(Status.UNIMPLEMENTED.withDescription(refusal(call, model)), new Metadata());
      return new ServerCall.Listener<>() {};
    };
  }

  private static String refusal(ServerCall<?, ?> call, ServedModel model) {
    return "the model %s is for %s%s and cannot answer %s: call %s"
        .formatted(
            model.facts().name(),
            model.facts().manifest().task(),
            classifies(model) ? " with %d labels".formatted(model.labels().size()) : "",
            call.getMethodDescriptor().getBareMethodName(),
            answered(model));
  }

  private static String answered(ServedModel model) {
    return switch (kind(model)) {
      case SEQUENCE_CLASSIFICATION ->
          ranks(model) ? "Classify, ClassifyStream or Rerank" : "Classify or ClassifyStream";
      case SEQUENCE_EMBEDDING -> "Embed";
      case TOKEN_CLASSIFICATION -> "another server";
    };
  }
}
