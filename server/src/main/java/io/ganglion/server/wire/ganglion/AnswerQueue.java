package io.ganglion.server.wire.ganglion;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Answers of one stream that wait for the client to read them, in the requested order. Bounded by
 * the stream's limit of items in flight. Not thread-safe: guarded by the session.
 */
final class AnswerQueue<R> {
  private final Queue<StreamItem<R>> items = new ArrayDeque<>();
  private final boolean requestOrder;

  private AnswerQueue(boolean requestOrder) {
    this.requestOrder = requestOrder;
  }

  static <R> AnswerQueue<R> inCompletionOrder() {
    return new AnswerQueue<>(false);
  }

  static <R> AnswerQueue<R> inRequestOrder() {
    return new AnswerQueue<>(true);
  }

  /** Adds an item that has arrived. */
  void expect(StreamItem<R> item) {
    if (requestOrder) {
      items.add(item);
    }
  }

  /** Adds the response of an item. */
  void answered(StreamItem<R> item) {
    if (!requestOrder) {
      items.add(item);
    }
  }

  /** The next answer to send; null if there is none yet. */
  @Nullable R poll() {
    StreamItem<R> next = items.peek();
    if (next == null || next.response == null) {
      return null;
    }
    items.remove();
    return next.response;
  }

  int size() {
    return items.size();
  }

  void clear() {
    items.clear();
  }
}
