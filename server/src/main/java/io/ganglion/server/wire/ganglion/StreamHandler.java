package io.ganglion.server.wire.ganglion;

import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.server.grpc.Intake;
import io.ganglion.server.grpc.UnaryHandler;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Opens a {@link StreamSession} for each call, and knows those that are open. Thread-safe. */
final class StreamHandler
    implements ServerCallHandler<ClassifyStreamRequest, ClassifyStreamResponse> {
  private final Intake intake;
  private final Set<StreamSession> open = ConcurrentHashMap.newKeySet();

  StreamHandler(Intake intake) {
    this.intake = intake;
  }

  @Override
  public ServerCall.Listener<ClassifyStreamRequest> startCall(
      ServerCall<ClassifyStreamRequest, ClassifyStreamResponse> call, Metadata headers) {
    StreamSession session =
        new StreamSession(
            intake, call, UnaryHandler.deadlineNs(intake.clock().nanoTime()), this::ended);
    open.add(session);
    intake.events().onStream(1);
    session.start();
    return session;
  }

  private void ended(StreamSession session) {
    if (open.remove(session)) {
      intake.events().onStream(-1);
    }
  }

  /** Streams that hold all they may, and whose client has read nothing for a second. */
  int stalled() {
    int stalled = 0;
    for (StreamSession session : open) {
      stalled += session.stalled() ? 1 : 0;
    }
    return stalled;
  }

  /** Ends each open stream with {@code status} as soon as what it was asked is answered. */
  void endAll(Status status) {
    open.forEach(session -> session.endWhenAnswered(status));
  }
}
