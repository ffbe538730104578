package io.ganglion.client;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Requests that are not settled. Any thread. A request is in it until its future is complete and
 * the continuations attached to it have run, so that whoever has closed the client finds their work
 * done. It is bounded by the items in flight of a stream, or by the calls that the caller makes.
 */
final class OpenRequests<R extends Reply<?>> {
  /** How long after its deadline a request may still be on its way to its future. */
  private static final long GRACE_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private final ClientContext context;
  private final Set<R> open = ConcurrentHashMap.newKeySet();
  private volatile boolean refusing;

  OpenRequests(ClientContext context) {
    this.context = context;
  }

  /** Takes a request, or returns false where it refuses them. */
  boolean add(R request) {
    if (refusing) {
      return false;
    }
    open.add(request);
    if (refusing) { // since then: whoever closes may not have seen it
      remove(request);
      return false;
    }
    return true;
  }

  void remove(R request) {
    open.remove(request);
    if (refusing) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** Takes no more from now on. */
  void refuse() {
    refusing = true;
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  int size() {
    return open.size();
  }

  void forEach(Consumer<? super R> action) {
    open.forEach(action);
  }

  /**
   * Waits until all are settled, where no more are taken. Those whose continuation the calling
   * thread is running are not waited for: they cannot be settled before it returns.
   *
   * @return false when all their deadlines have passed and some are not settled all the same
   */
  boolean awaitSettled() throws InterruptedException {
    leaveOutCallers();
    synchronized (this) {
      while (!open.isEmpty()) {
        long leftNs = latestNs() + GRACE_NS;
        if (leftNs <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(this, leftNs);
      }
      return true;
    }
  }

  /** Counts those as settled whose continuation the calling thread is running. */
  void leaveOutCallers() {
    Thread caller = Thread.currentThread();
    for (R request : open) {
      if (request.isSettledBy(caller)) {
        remove(request);
      }
    }
  }

  private long latestNs() {
    long now = context.nowNs();
    long latest = Long.MIN_VALUE / 2;
    for (R request : open) {
      latest = Math.max(latest, request.deadlineNs() - now);
    }
    return latest;
  }

  /**
   * Expires the requests that nobody else has ended in time.
   *
   * @return nanoseconds until the next is due, or {@code Long.MAX_VALUE}
   */
  long expireDue() {
    long now = context.nowNs();
    long nextNs = Long.MAX_VALUE;
    for (R request : open) {
      long leftNs = request.deadlineNs() - now;
      if (leftNs <= 0) {
        request.expire();
      } else {
        nextNs = Math.min(nextNs, leftNs);
      }
    }
    return nextNs;
  }
}
