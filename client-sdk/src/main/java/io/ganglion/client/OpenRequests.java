package io.ganglion.client;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Requests that are not settled. Any thread. A request stays here until its future is complete and
 * the continuations attached to it have run, so that their work is done when {@code close} returns.
 * Its size is bounded by a stream's items in flight, or by the calls that the caller makes.
 */
final class OpenRequests<R extends Reply<?>> {
  /** Time after the deadline for a request's outcome to reach its future. */
  private static final long GRACE_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private final ClientContext context;
  private final Set<R> open = ConcurrentHashMap.newKeySet();
  private volatile boolean refusing;

  OpenRequests(ClientContext context) {
    this.context = context;
  }

  /** Adds a request, or returns false if it refuses requests. */
  boolean add(R request) {
    if (refusing) {
      return false;
    }
    open.add(request);
    if (refusing) { // refused meanwhile: the closing thread may not have seen this request
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
   * Waits until all are settled. Call {@link #refuse} first. Does not wait for requests whose
   * continuation the calling thread is running: they cannot be settled before it returns.
   *
   * @return false if all deadlines have passed and some requests are still not settled
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

  /** Treats requests as settled if the calling thread is running their continuation. */
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
   * Expires the requests that nothing else has ended in time.
   *
   * @return nanoseconds until the next deadline, or {@code Long.MAX_VALUE}
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
