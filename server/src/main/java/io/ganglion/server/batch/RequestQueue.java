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
  /** What became of an offer. */
  enum Answer {
    ACCEPTED,
    FULL,
    CLOSED
  }

  /**
   * @param displaced lost its place to this request: it is the caller's to complete
   */
  record Offer(Answer answer, @Nullable PendingRequest displaced) {
    private static final Offer ACCEPTED = new Offer(Answer.ACCEPTED, null);
    private static final Offer FULL = new Offer(Answer.FULL, null);
    private static final Offer CLOSED = new Offer(Answer.CLOSED, null);
  }

  /**
   * What a core takes.
   *
   * @param requests claimed for it, most urgent first; may be empty
   * @param expired whose deadline has passed: to be completed, never run
   * @param closed whether the queue is closed and empty: nothing will ever come
   */
  record Batch(List<PendingRequest> requests, List<PendingRequest> expired, boolean closed) {
    /** What a core runs while it runs nothing. */
    static final Batch NONE = new Batch(List.of(), List.of(), false);
  }

  private static final Batch CLOSED = new Batch(List.of(), List.of(), true);

  private static final long NEVER = PendingRequest.NO_DEADLINE;

  private final int capacity;
  private final int concurrent;
  private final CostModel costs;
  private final BatchPolicy policy;
  private final NanoClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition deadlines = lock.newCondition();

  @GuardedBy("lock")
  private final FairQueue waiting = new FairQueue();

  @GuardedBy("lock")
  private final HandOver handOver;

  @GuardedBy("lock")
  private boolean closed;

  @GuardedBy("lock")
  private int freeCores;

  /** Until when the policy would wait, after a {@link #cut} that gave nothing. */
  @GuardedBy("lock")
  private long waitUntilNs = NEVER;

  @GuardedBy("lock")
  private long nextExpiryNs = NEVER;

  // Written under the lock, read anywhere.
  private volatile int depth;
  private volatile long depthTokens;

  /**
   * @param capacity most requests that wait: it bounds memory and the time a request can wait
   * @param concurrent batches that run at the same time; a core beyond them would only wait for a
   *     processor with the requests that it took
   * @param costs of batches on the cores that take from here
   */
  RequestQueue(int capacity, int concurrent, BatchPolicy policy, CostModel costs, NanoClock clock) {
    this.capacity = capacity;
    this.concurrent = concurrent;
    this.costs = costs;
    this.policy = policy;
    this.handOver = new HandOver(costs);
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

  /**
   * Takes the request in, unless it was completed before: then that counts as accepted. In a full
   * queue it takes the place of a client's that holds more than its share.
   */
  Offer offer(PendingRequest request) {
    lock.lock();
    try {
      if (closed) {
        return Offer.CLOSED;
      }
      PendingRequest displaced = null;
      if (waiting.size() >= capacity) {
        displaced = waiting.displaceable(request.client());
        if (displaced == null) {
          return Offer.FULL;
        }
      }
      request.queuedIn(this);
      if (!request.waiting()) {
        return Offer.ACCEPTED;
      }
      if (displaced != null) {
        waiting.remove(displaced);
      }
      request.urgency = policy.urgency(request.arrivalNs(), request.deadlineNs());
      waiting.add(request);
      publishDepth();
      wakeIfItPays();
      if (request.deadlineNs() < nextExpiryNs) {
        nextExpiryNs = request.deadlineNs();
        deadlines.signal();
      }
      return displaced == null ? Offer.ACCEPTED : new Offer(Answer.ACCEPTED, displaced);
    } finally {
      lock.unlock();
    }
  }

  /** Whether an offer of this client would be refused now. */
  boolean full(Client client) {
    if (depth < capacity) {
      return false;
    }
    lock.lock();
    try {
      return waiting.size() >= capacity && waiting.displaceable(client) == null;
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
        wakeIfItPays(); // what this core left is another's
      }
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private Batch awaitBatch() throws InterruptedException {
    while (true) {
      long nowNs = clock.nanoTime();
      waitUntilNs = NEVER;
      boolean mayRun = handOver.running() < concurrent || closed;
      Batch batch = mayRun ? cut(nowNs, coresToShare(nowNs)) : null;
      if (batch != null) {
        handOver.began(batch, nowNs);
        return batch;
      }
      if (waitUntilNs == NEVER) {
        changed.await();
      } else {
        changed.awaitNanos(waitUntilNs - nowNs);
      }
      handOver.woke(clock.nanoTime());
    }
  }

  /** Cores that may take a part of what waits now, the asking one included. */
  @GuardedBy("lock")
  private int coresToShare(long nowNs) {
    int free = Math.min(freeCores, concurrent - handOver.running());
    return free > 1 && wakingPays(nowNs) ? free : 1;
  }

  @GuardedBy("lock")
  private boolean wakingPays(long nowNs) {
    return handOver.pays(waiting.size(), policy.limits().maxRequests(), nowNs);
  }

  /** The core that took {@code batch} is about to take another. */
  void ended(Batch batch) {
    lock.lock();
    try {
      handOver.ended(batch);
    } finally {
      lock.unlock();
    }
  }

  /** The core that took {@code batch} comes no more: another takes what it was relied on for. */
  void lost(Batch batch) {
    lock.lock();
    try {
      handOver.ended(batch);
      wakeIfItPays();
    } finally {
      lock.unlock();
    }
  }

  /** Signals a parked core, unless one that runs will take what waits before that one could. */
  @GuardedBy("lock")
  private void wakeIfItPays() {
    if (freeCores == 0 || waiting.size() == 0 || handOver.running() >= concurrent) {
      return;
    }
    long nowNs = clock.nanoTime();
    boolean delays = policy.limits().maxDelayNs() > 0; // parked cores time how long they wait
    if (delays || wakingPays(nowNs)) {
      handOver.signalled(nowNs);
      changed.signal();
    } else if (handOver.rely(nowNs)) {
      deadlines.signal();
    }
  }

  /** Signals a core if what was left to a running one was not taken. */
  @GuardedBy("lock")
  private void checkReliance(long nowNs) {
    if (handOver.failed(waiting.size(), nowNs) && freeCores > 0) {
      handOver.signalled(nowNs);
      changed.signal();
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
      waitUntilNs = NEVER;
      if (closed && waiting.size() == 0) {
        return CLOSED;
      }
      BatchPolicy.Decision decision =
          policy.decide(
              waiting.size(),
              waiting.tokens(),
              room(),
              oldestArrivalNs(),
              handOver.shares(waiting.tokens(), free),
              closed,
              nowNs);
      if (!decision.cuts()) {
        waitUntilNs = decision.waitUntilNs();
        return null;
      }
      Batch batch = draft(decision.room(), nowNs);
      publishDepth();
      if (!batch.requests().isEmpty() || !batch.expired().isEmpty()) {
        return batch;
      }
    }
  }

  @GuardedBy("lock")
  private BatchPolicy.Room room() {
    long quickTokens = costs.tokensWithin(BatchPolicy.QUICK_NS);
    return policy.room(waiting.size(), waiting.tokens(), quickTokens);
  }

  /** Only a batch that may still be waited for has an age that matters. */
  @GuardedBy("lock")
  private long oldestArrivalNs() {
    if (policy.limits().maxDelayNs() == 0 || waiting.size() >= room().requests()) {
      return 0;
    }
    long[] oldest = {NEVER};
    waiting.forEach(request -> oldest[0] = Math.min(oldest[0], request.arrivalNs()));
    return oldest[0];
  }

  @GuardedBy("lock")
  private Batch draft(BatchPolicy.Room room, long nowNs) {
    List<PendingRequest> requests = new ArrayList<>(room.requests());
    List<PendingRequest> expired = List.of();
    List<PendingRequest> tooLong = List.of();
    long tokens = 0;
    int found = waiting.size();
    int lengthBound = Integer.MAX_VALUE;
    PendingRequest next;
    while (requests.size() < room.requests() && (next = waiting.peek()) != null) {
      if (next.waiting() && !next.expiredAt(nowNs)) {
        if (!room.fits(requests.size(), tokens, next.length())) {
          break;
        }
        waiting.remove(next);
        if (next.length() > lengthBound) {
          tooLong = added(tooLong, next);
        } else if (next.start()) {
          if (requests.isEmpty()) {
            lengthBound = policy.lengthBound(next.length(), found, room.requests());
          }
          waiting.charge(next);
          requests.add(next);
          tokens += next.length();
        }
      } else {
        waiting.remove(next);
        expired = added(expired, next);
      }
    }
    tooLong.forEach(waiting::insert);
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
      if (waiting.remove(request)) {
        publishDepth();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Tokens that would be run, at most, before a request like this that arrives now. */
  long tokensBefore(Client client, long nowNs, long deadlineNs, int length) {
    lock.lock();
    try {
      return waiting.tokensBefore(client, policy.urgency(nowNs, deadlineNs), length);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the next deadline to pass, and returns the requests whose deadline has passed, taken
   * out; they are the caller's to complete. Null when the queue is closed and empty. While it waits
   * it also wakes a core for what was left to one that did not come.
   */
  @Nullable List<PendingRequest> awaitExpired() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (closed && waiting.size() == 0) {
          return null;
        }
        long nowNs = clock.nanoTime();
        checkReliance(nowNs);
        long nextNs = Math.min(nextExpiryNs, handOver.relianceEndsNs());
        if (nextExpiryNs <= nowNs) {
          List<PendingRequest> expired = removeExpired(nowNs);
          if (!expired.isEmpty()) {
            return expired;
          }
        } else if (nextNs == NEVER) {
          deadlines.await();
        } else {
          deadlines.awaitNanos(nextNs - nowNs);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private List<PendingRequest> removeExpired(long nowNs) {
    List<PendingRequest> expired = new ArrayList<>();
    long[] next = {NEVER};
    waiting.forEach(
        request -> {
          if (request.expiredAt(nowNs)) {
            expired.add(request);
          } else {
            next[0] = Math.min(next[0], request.deadlineNs());
          }
        });
    expired.forEach(waiting::remove);
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
      waiting.forEach(all::add);
      all.forEach(waiting::remove);
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
    depth = waiting.size();
    depthTokens = waiting.tokens();
    if (closed && waiting.size() == 0) {
      changed.signalAll();
      deadlines.signalAll();
    }
  }
}
