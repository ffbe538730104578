package io.ganglion.server.wire.ganglion;

import io.ganglion.engine.batch.PendingRequest;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import org.jspecify.annotations.Nullable;

/** One request of a stream and later its answer. */
final class StreamItem {
  private final long id;

  /** How many scores its answer names. */
  private final int topK;

  /** Touched only by gRPC's callbacks. Null when there is nothing to cancel. */
  @Nullable PendingRequest pending;

  /** Guarded by the session. */
  @Nullable ClassifyStreamResponse response;

  StreamItem(long id, int topK) {
    this.id = id;
    this.topK = topK;
  }

  int topK() {
    return topK;
  }

  long id() {
    return id;
  }

  void cancel() {
    if (pending != null) {
      pending.cancel();
    }
  }
}
