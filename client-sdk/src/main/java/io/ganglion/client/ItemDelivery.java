package io.ganglion.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Completes the futures of a session's items, in the order of submission where that is asked for.
 * {@link #admitted} and {@link #finished} are called in the session's context; futures complete on
 * the client's executor.
 */
final class ItemDelivery {
  private final ClientContext client;
  private final InFlightPermits permits;
  private final boolean ordered;
  private final Executor executor;
  private final Runnable onIdle;
  private final Deque<StreamItem> inOrder = new ArrayDeque<>(); // used when ordered
  private final AtomicInteger undelivered = new AtomicInteger();

  /**
   * @param onIdle run each time that nothing is left to deliver, on any thread
   */
  ItemDelivery(ClientContext client, InFlightPermits permits, boolean ordered, Runnable onIdle) {
    this.client = client;
    this.permits = permits;
    this.ordered = ordered;
    this.executor = ordered ? new SerialExecutor(client.executor()) : client.executor();
    this.onIdle = onIdle;
  }

  void admitted(StreamItem item) {
    undelivered.incrementAndGet();
    if (ordered) {
      inOrder.add(item);
    }
  }

  void finished(StreamItem item) {
    if (!ordered) {
      deliver(item);
      return;
    }
    for (StreamItem head = inOrder.peek(); head != null && head.finished; head = inOrder.peek()) {
      inOrder.remove();
      deliver(head);
    }
  }

  boolean idle() {
    return undelivered.get() == 0;
  }

  /** Runs something of the caller's after what has been delivered so far. */
  void after(Runnable task) {
    client.complete(executor, task);
  }

  private void deliver(StreamItem item) {
    client.complete(executor, () -> settle(item));
  }

  /** The permit goes back only now: a slow executor must not let items pile up before it. */
  private void settle(StreamItem item) {
    try {
      item.settle(item.answer, item.failure);
    } finally {
      if (item.holdsPermit) {
        permits.release();
      }
      if (undelivered.decrementAndGet() == 0) {
        onIdle.run();
      }
    }
  }
}
