package io.ganglion.server.wire.ganglion;

import io.ganglion.engine.batch.PendingRequest;
import org.jspecify.annotations.Nullable;

/** One request of a stream and later its answer. */
final class StreamItem<R> {
  private final long id;

  /** How many values its answer shall have. */
  private final int size;

  /** Touched only by gRPC's callbacks. Null when there is nothing to cancel. */
  @Nullable PendingRequest pending;

  /** Guarded by the session. */
  @Nullable R response;

  StreamItem(long id, int size) {
    this.id = id;
    this.size = size;
  }

  int size() {
    return size;
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
