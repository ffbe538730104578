package io.ganglion.engine.batch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bounded queue between the wire and the cores. Thread-safe. It completes no request while it
 * holds its lock: requests that have ended are handed to the caller, who completes them.
 */
final class RequestQueue {
  /** The result of an offer. */
  enum Answer {
    ACCEPTED,
    FULL,
    CLOSED
  }

  /**
   * @param displaced a request that lost its place to this one; the caller must complete it
   */
  record Offer(Answer answer, @Nullable PendingRequest displaced) {
    private static final Offer ACCEPTED = new Offer(Answer.ACCEPTED, null);
    private static final Offer FULL = new Offer(Answer.FULL, null);
    private static final Offer CLOSED = new Offer(Answer.CLOSED, null);
  }

  /**
   * A batch that a core takes.
   *
   * @param requests requests claimed for the core, most urgent first; may be empty
   * @param expired requests whose deadline has passed; the caller must complete them and not run
   *     them
   * @param closed whether the queue is closed and empty, so that no more batches will come
   */
  record Batch(List<PendingRequest> requests, List<PendingRequest> expired, boolean closed) {
    /** The batch of a core that runs nothing. */
    static final Batch NONE = new Batch(List.of(), List.of(), false);
  }

  private static final long NEVER = PendingRequest.NO_DEADLINE;

  private final int capacity;
  private final boolean shares;
  private final BatchPolicy policy;
  private final NanoClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition deadlines = lock.newCondition();

  @GuardedBy("lock")
  private final FairQueue waiting = new FairQueue();

  @GuardedBy("lock")
  private final BatchCutter cutter;

  @GuardedBy("lock")
  private final Flights flights;

  @GuardedBy("lock")
  private boolean closed;

  @GuardedBy("lock")
  private int freeCores;

  @GuardedBy("lock")
  private long nextExpiryNs = NEVER;

  // Written under the lock, read on any thread.
  private volatile int depth;
  private volatile long depthTokens;

  /**
   * @param capacity most waiting requests; it bounds memory and the time that a request can wait
   * @param concurrent most batches that run at the same time
   * @param shares whether equal requests may wait for one computation
   * @param costs costs of batches on this queue's cores
   */
  RequestQueue(
      int capacity,
      int concurrent,
      boolean shares,
      BatchPolicy policy,
      CostModel costs,
      NanoClock clock) {
    this.capacity = capacity;
    this.shares = shares;
    this.flights = new Flights(waiting, shares ? capacity : 0);
    this.policy = policy;
    this.cutter = new BatchCutter(waiting, concurrent, policy, costs);
    this.clock = clock;
  }

  /** Number of waiting requests; may be slightly out of date. */
  int depth() {
    return depth;
  }

  /** Number of their tokens; may be slightly out of date. */
  long depthTokens() {
    return depthTokens;
  }

  int capacity() {
    return capacity;
  }

  /**
   * Adds the request. If it was completed before, it is not added but counts as accepted. In a full
   * queue it takes the place of a request of a client that holds more than its share.
   */
  Offer offer(PendingRequest request) {
    lock.lock();
    try {
      if (closed) {
        return Offer.CLOSED;
      }
      if (followed(request)) {
        return Offer.ACCEPTED; // an equal one has come since the caller asked to follow
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
      flights.lead(request);
      publishDepth();
      tellOfWaiting();
      watch(request.deadlineNs());
      return displaced == null ? Offer.ACCEPTED : new Offer(Answer.ACCEPTED, displaced);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void watch(long deadlineNs) {
    if (deadlineNs < nextExpiryNs) {
      nextExpiryNs = deadlineNs;
      deadlines.signal();
    }
  }

  /**
   * Lets the request wait for the answer to an equal one that waits or runs, without a place of its
   * own. Returns false if there is none, or as many followers as places.
   */
  boolean follow(PendingRequest request) {
    lock.lock();
    try {
      return followed(request);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private boolean followed(PendingRequest request) {
    Flights.Flight flight = flights.of(request);
    if (flight == null) {
      return false;
    }
    request.queuedIn(this);
    if (request.waiting()) {
      flights.follow(flight, request, policy.urgency(request.arrivalNs(), request.deadlineNs()));
      watch(request.deadlineNs());
    }
    return true;
  }

  /** Ends the computation of a request that ran. Returns those that waited for it. */
  List<PendingRequest> landed(PendingRequest request) {
    if (!shares) {
      return List.of();
    }
    lock.lock();
    try {
      return flights.landed(request);
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
        tellOfWaiting(); // another core may take what this one left
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
      if (cutter.waitUntilNs() == NEVER) {
        changed.await();
      } else {
        changed.awaitNanos(cutter.waitUntilNs() - nowNs);
      }
      cutter.woke(clock.nanoTime());
    }
  }

  /**
   * As {@link #take}, for one of {@code freeCores}, without waiting: null if the policy lets no
   * core take a batch now.
   */
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
    Batch batch = cutter.take(nowNs, free, closed);
    publishDepth(); // even without a batch: requests that had ended were removed
    return batch;
  }

  /** The core that took {@code batch} has ended it and is about to take another. */
  void ended(Batch batch) {
    lock.lock();
    try {
      cutter.ended(batch);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The core that took {@code batch} will not come back. Another must take the requests that were
   * left to it.
   */
  void lost(Batch batch) {
    lock.lock();
    try {
      cutter.ended(batch);
      tellOfWaiting();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void tellOfWaiting() {
    if (freeCores > 0) {
      tell(cutter.signal(clock.nanoTime(), freeCores));
    }
  }

  @GuardedBy("lock")
  private void tell(BatchCutter.Signal signal) {
    switch (signal) {
      case CORE -> changed.signal();
      case WATCHER -> deadlines.signal();
      case NOBODY -> {}
    }
  }

  /** Removes a request that was completed while it waited. */
  void forget(PendingRequest request) {
    lock.lock();
    try {
      boolean removed = waiting.remove(request);
      boolean inherited = flights.left(request);
      if (inherited) {
        tellOfWaiting();
      }
      if (removed || inherited) {
        publishDepth();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The most tokens that would run before a request like this one that arrives now. */
  long tokensBefore(Client client, long nowNs, long deadlineNs, int length) {
    lock.lock();
    try {
      return waiting.tokensBefore(client, policy.urgency(nowNs, deadlineNs), length);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the next deadline. Removes and returns the requests whose deadline has passed; the
   * caller must complete them. Returns null when the queue is closed and empty. Meanwhile it also
   * wakes a core for requests that were left to a core which did not come.
   */
  @Nullable List<PendingRequest> awaitExpired() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (closed && waiting.size() == 0) {
          return null;
        }
        long nowNs = clock.nanoTime();
        tell(cutter.check(nowNs, freeCores));
        long nextNs = Math.min(nextExpiryNs, cutter.checkAtNs());
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
    Consumer<PendingRequest> look =
        request -> {
          if (request.expiredAt(nowNs)) {
            expired.add(request);
          } else {
            next[0] = Math.min(next[0], request.deadlineNs());
          }
        };
    waiting.forEach(look);
    flights.forEachFollower(look);
    expired.forEach(waiting::remove);
    nextExpiryNs = next[0];
    publishDepth();
    return expired;
  }

  /** Refuses further requests. Waiting requests can still be taken. Idempotent. */
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

  /** Removes and returns all waiting requests. The caller must complete them. */
  List<PendingRequest> clear() {
    List<PendingRequest> all = new ArrayList<>();
    lock.lock();
    try {
      waiting.forEach(all::add);
      flights.forEachFollower(all::add);
      all.forEach(waiting::remove);
      flights.clear();
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
