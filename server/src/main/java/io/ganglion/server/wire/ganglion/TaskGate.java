package io.ganglion.server.wire.ganglion;

import io.ganglion.engine.model.Ability;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.server.grpc.Intake;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.List;

/** Refuses calls that the served model cannot answer, and says which it can. Stateless. */
final class TaskGate {
  private TaskGate() {}

  /** A handler of calls for models that have an ability. */
  static <Q, R> ServerCallHandler<Q, R> of(
      Intake intake, Ability ability, ServerCallHandler<Q, R> handler) {
    return (call, headers) -> {
      ServedModel model = intake.model();
      if (ability.of(model)) {
        return handler.startCall(call, headers);
      }
      call.close(Status.UNIMPLEMENTED.withDescription(refusal(call, model)), new Metadata());
      return new ServerCall.Listener<>() {};
    };
  }

  private static String refusal(ServerCall<?, ?> call, ServedModel model) {
    return Ability.refusal(
        model, String.valueOf(call.getMethodDescriptor().getBareMethodName()), TaskGate::rpcs);
  }

  private static List<String> rpcs(Ability ability) {
    return switch (ability) {
      case CLASSIFY -> List.of("Classify", "ClassifyStream");
      case RERANK -> List.of("Rerank");
      case EMBED -> List.of("Embed", "EmbedStream");
      case TAG -> List.of("TagTokens");
    };
  }
}
