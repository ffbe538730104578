package io.ganglion.server.batch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bounded queue between the wire and the cores. Thread-safe. Completes no request itself while
 * it holds its lock: what is dead is handed out for the caller to complete.
 */
final class RequestQueue {
  enum Offer {
    ACCEPTED,
    FULL,
    CLOSED
  }

  /**
   * What a core takes.
   *
   * @param requests claimed for it, most urgent first; may be empty
   * @param expired whose deadline has passed: to be completed, never run
   * @param closed whether the queue is closed and empty: nothing will ever come
   */
  record Batch(List<PendingRequest> requests, List<PendingRequest> expired, boolean closed) {}

  private static final Batch CLOSED = new Batch(List.of(), List.of(), true);

  private final int capacity;
  private final BatchPolicy policy;
  private final NanoClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition deadlines = lock.newCondition();

  @GuardedBy("lock")
  private final UrgencyHeap heap = new UrgencyHeap();

  @GuardedBy("lock")
  private boolean closed;

  @GuardedBy("lock")
  private int freeCores;

  /** Until when the policy would wait, after a {@link #cut} that gave nothing. */
  @GuardedBy("lock")
  private long waitUntilNs = PendingRequest.NO_DEADLINE;

  @GuardedBy("lock")
  private long nextExpiryNs = PendingRequest.NO_DEADLINE;

  // Written under the lock, read anywhere.
  private volatile int depth;
  private volatile long depthTokens;

  /**
   * @param capacity most requests that wait: it bounds memory and the time a request can wait
   */
  RequestQueue(int capacity, BatchPolicy policy, NanoClock clock) {
    this.capacity = capacity;
    this.policy = policy;
    this.clock = clock;
  }

  /** Requests that wait, a moment ago. */
  int depth() {
    return depth;
  }

  /** Their tokens, a moment ago. */
  long depthTokens() {
    return depthTokens;
  }

  int capacity() {
    return capacity;
  }

  /** Takes the request in, unless it was completed before: then that counts as accepted. */
  Offer offer(PendingRequest request) {
    lock.lock();
    try {
      if (closed) {
        return Offer.CLOSED;
      }
      if (heap.size() >= capacity) {
        return Offer.FULL;
      }
      request.queuedIn(this);
      if (!request.waiting()) {
        return Offer.ACCEPTED;
      }
      request.urgency = policy.urgency(request.arrivalNs(), request.deadlineNs());
      heap.add(request);
      publishDepth();
      if (freeCores > 0) {
        changed.signal();
      }
      if (request.deadlineNs() < nextExpiryNs) {
        nextExpiryNs = request.deadlineNs();
        deadlines.signal();
      }
      return Offer.ACCEPTED;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the policy lets a core take a batch, or the queue is closed and empty. */
  Batch take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      freeCores++;
      try {
        return awaitBatch();
      } finally {
        freeCores--;
        if (freeCores > 0 && heap.size() > 0) {
          changed.signal(); // what this core left is another's
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private Batch awaitBatch() throws InterruptedException {
    while (true) {
      long nowNs = clock.nanoTime();
      Batch batch = cut(nowNs, freeCores);
      if (batch != null) {
        return batch;
      }
      if (waitUntilNs == PendingRequest.NO_DEADLINE) {
        changed.await();
      } else {
        changed.awaitNanos(waitUntilNs - nowNs);
      }
    }
  }

  /** A batch if the policy lets one of {@code freeCores} take it now, else null. Does not wait. */
  @Nullable Batch poll(long nowNs, int freeCores) {
    lock.lock();
    try {
      return cut(nowNs, freeCores);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private @Nullable Batch cut(long nowNs, int free) {
    while (true) {
      waitUntilNs = PendingRequest.NO_DEADLINE;
      if (closed && heap.size() == 0) {
        return CLOSED;
      }
      BatchPolicy.Decision decision =
          policy.decide(heap.size(), heap.tokens(), oldestArrivalNs(), free, closed, nowNs);
      if (!decision.cuts()) {
        waitUntilNs = decision.waitUntilNs();
        return null;
      }
      Batch batch = draft(decision.maxRequests(), nowNs);
      publishDepth();
      if (!batch.requests().isEmpty() || !batch.expired().isEmpty()) {
        return batch;
      }
    }
  }

  /** Only a batch that may still be waited for has an age that matters. */
  @GuardedBy("lock")
  private long oldestArrivalNs() {
    if (policy.limits().maxDelayNs() == 0 || heap.size() >= policy.limits().maxRequests()) {
      return 0;
    }
    long[] oldest = {PendingRequest.NO_DEADLINE};
    heap.forEach(request -> oldest[0] = Math.min(oldest[0], request.arrivalNs()));
    return oldest[0];
  }

  @GuardedBy("lock")
  private Batch draft(int maxRequests, long nowNs) {
    List<PendingRequest> requests = new ArrayList<>(maxRequests);
    List<PendingRequest> expired = List.of();
    List<PendingRequest> tooLong = List.of();
    long tokens = 0;
    int waiting = heap.size();
    int lengthBound = Integer.MAX_VALUE;
    PendingRequest next;
    while (requests.size() < maxRequests && (next = heap.peek()) != null) {
      if (next.waiting() && !next.expiredAt(nowNs)) {
        if (!policy.fits(requests.size(), tokens, next.length())) {
          break;
        }
        heap.remove(next);
        if (next.length() > lengthBound) {
          tooLong = added(tooLong, next);
        } else if (next.start()) {
          if (requests.isEmpty()) {
            lengthBound = policy.lengthBound(next.length(), waiting, maxRequests);
          }
          requests.add(next);
          tokens += next.length();
        }
      } else {
        heap.remove(next);
        expired = added(expired, next);
      }
    }
    tooLong.forEach(heap::insert);
    return new Batch(requests, expired, false);
  }

  private static List<PendingRequest> added(List<PendingRequest> list, PendingRequest request) {
    List<PendingRequest> result = list.isEmpty() ? new ArrayList<>() : list;
    result.add(request);
    return result;
  }

  /** Frees the place of a request that was completed while it waited. */
  void forget(PendingRequest request) {
    lock.lock();
    try {
      if (heap.remove(request)) {
        publishDepth();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Tokens that would be run before a request that arrives now with this deadline. */
  long tokensBefore(long nowNs, long deadlineNs) {
    long urgency = policy.urgency(nowNs, deadlineNs);
    long[] tokens = {0};
    lock.lock();
    try {
      heap.forEach(
          request -> {
            if (request.urgency <= urgency) {
              tokens[0] += request.length();
            }
          });
    } finally {
      lock.unlock();
    }
    return tokens[0];
  }

  /**
   * Waits for the next deadline to pass, and returns the requests whose deadline has passed, taken
   * out; they are the caller's to complete. Null when the queue is closed and empty.
   */
  @Nullable List<PendingRequest> awaitExpired() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (closed && heap.size() == 0) {
          return null;
        }
        long nowNs = clock.nanoTime();
        if (nextExpiryNs <= nowNs) {
          List<PendingRequest> expired = removeExpired(nowNs);
          if (!expired.isEmpty()) {
            return expired;
          }
        } else if (nextExpiryNs == PendingRequest.NO_DEADLINE) {
          deadlines.await();
        } else {
          deadlines.awaitNanos(nextExpiryNs - nowNs);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private List<PendingRequest> removeExpired(long nowNs) {
    List<PendingRequest> expired = new ArrayList<>();
    long[] next = {PendingRequest.NO_DEADLINE};
    heap.forEach(
        request -> {
          if (request.expiredAt(nowNs)) {
            expired.add(request);
          } else {
            next[0] = Math.min(next[0], request.deadlineNs());
          }
        });
    expired.forEach(heap::remove);
    nextExpiryNs = next[0];
    publishDepth();
    return expired;
  }

  /** Lets nothing more in; what waits can still be taken. Idempotent. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      deadlines.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes out all that waits; it is the caller's to complete. */
  List<PendingRequest> clear() {
    List<PendingRequest> all = new ArrayList<>();
    lock.lock();
    try {
      heap.forEach(all::add);
      all.forEach(heap::remove);
      publishDepth();
      changed.signalAll();
      deadlines.signalAll();
    } finally {
      lock.unlock();
    }
    return all;
  }

  @GuardedBy("lock")
  private void publishDepth() {
    depth = heap.size();
    depthTokens = heap.tokens();
    if (closed && heap.size() == 0) {
      changed.signalAll();
      deadlines.signalAll();
    }
  }
}
