package io.ganglion.server.wire.ganglion;

import io.ganglion.engine.batch.Outcome;
import io.ganglion.proto.v1.IndexedError;
import org.jspecify.annotations.Nullable;

/** What calls of many items share. Stateless. */
final class CallItems {
  /** Bounds the answer and the time of a call. A client splits larger ones. */
  static final int MOST = 1_024;

  private CallItems() {}

  /** What is wrong with the number of items; null if nothing is. */
  static @Nullable String complaint(String field, int count) {
    if (count == 0) {
      return field + " is empty";
    }
    return count > MOST
        ? "%s has %d items, and a call takes %d".formatted(field, count, MOST)
        : null;
  }

  /** The error of an item. */
  static IndexedError error(int index, Outcome outcome) {
    return IndexedError.newBuilder().setIndex(index).setError(Answers.error(outcome)).build();
  }
}
