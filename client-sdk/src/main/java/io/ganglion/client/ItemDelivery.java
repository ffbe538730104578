package io.ganglion.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/**
 * Completes the futures of a session's items, in the order of submission if the stream is ordered.
 * {@link #admitted} and {@link #finished} are called in the session's context, the other methods on
 * any thread. Futures complete on the client's executor.
 */
final class ItemDelivery {
  private final ClientContext client;
  private final InFlightPermits permits;
  private final boolean ordered;
  private final Executor executor;
  private final Runnable onIdle;
  private final Deque<StreamItem> inOrder = new ArrayDeque<>(); // used when ordered
  private final OpenRequests<StreamItem> undelivered;

  /**
   * @param onIdle run on any thread each time that nothing is left to deliver
   */
  ItemDelivery(ClientContext client, InFlightPermits permits, boolean ordered, Runnable onIdle) {
    this.client = client;
    this.permits = permits;
    this.ordered = ordered;
    this.executor = ordered ? new SerialExecutor(client.executor()) : client.executor();
    this.onIdle = onIdle;
    this.undelivered = new OpenRequests<>(client);
  }

  /** Takes an item that will be admitted. Once closed, it fails the item at once. */
  boolean accept(StreamItem item) {
    if (undelivered.add(item)) {
      return true;
    }
    item.settle(null, Errors.closed());
    release(item);
    return false;
  }

  void refuse() {
    undelivered.refuse();
  }

  void leaveOutCallers() {
    undelivered.leaveOutCallers();
  }

  /** See {@link OpenRequests#awaitSettled}. */
  boolean awaitSettled() throws InterruptedException {
    return undelivered.awaitSettled();
  }

  void admitted(StreamItem item) {
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
    return undelivered.isEmpty();
  }

  /** Runs a task on the executor, for an ordered stream after all earlier deliveries. */
  void after(Runnable task) {
    client.complete(executor, task);
  }

  private void deliver(StreamItem item) {
    client.complete(executor, () -> settle(item));
  }

  /**
   * Releases the permit only now, so that items cannot pile up before a slow executor. It does so
   * before the caller's continuations run, because they may send the next item.
   */
  private void settle(StreamItem item) {
    release(item);
    try {
      item.settle(item.answer, item.failure);
    } finally {
      undelivered.remove(item);
      if (undelivered.isEmpty()) {
        onIdle.run();
      }
    }
  }

  private void release(StreamItem item) {
    if (item.holdsPermit) {
      permits.release();
    }
  }
}
