package io.ganglion.engine.batch;

import com.google.common.base.Throwables;
import io.ganglion.engine.cache.TokenKey;
import io.ganglion.runtime.text.TokenSequence;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request from its arrival to its only completion. Thread-safe. The first of result,
 * cancellation, expiry and refusal completes it; later ones are ignored.
 *
 * <p>Cancellation and expiry have no effect once a core has begun to run it.
 */
public final class PendingRequest {
  /** The deadline of a request that has none. */
  public static final long NO_DEADLINE = Long.MAX_VALUE;

  private static final int WAITING = 0;
  private static final int RUNNING = 1;
  private static final int DONE = 2;

  private static final AtomicIntegerFieldUpdater<PendingRequest> STATE =
      AtomicIntegerFieldUpdater.newUpdater(PendingRequest.class, "state");

  private final Client client;
  private final TokenSequence tokens;
  private final long arrivalNs;
  private final long deadlineNs;
  private final Completion completion;
  private volatile int state = WAITING;

  /** Made when it is first asked for, on the thread that submits. */
  private @Nullable TokenKey key;

  /** Set under the queue's lock before the request can be found there. */
  private volatile @Nullable RequestQueue queue;

  // Guarded by the queue's lock.
  int heapIndex = -1;
  long urgency;
  long sequence;
  Flights.@Nullable Flight flight;

  /**
   * @param client the client that sent it
   * @param arrivalNs time at which the server read it
   * @param deadlineNs time after which its answer is useless, on the same clock, or {@link
   *     #NO_DEADLINE}
   */
  public PendingRequest(
      Client client, TokenSequence tokens, long arrivalNs, long deadlineNs, Completion completion) {
    this.client = client;
    this.tokens = tokens;
    this.arrivalNs = arrivalNs;
    this.deadlineNs = deadlineNs;
    this.completion = completion;
  }

  Client client() {
    return client;
  }

  public TokenSequence tokens() {
    return tokens;
  }

  TokenKey key() {
    TokenKey made = key;
    if (made == null) {
      made = new TokenKey(tokens);
      key = made;
    }
    return made;
  }

  int length() {
    return tokens.length();
  }

  long arrivalNs() {
    return arrivalNs;
  }

  long deadlineNs() {
    return deadlineNs;
  }

  boolean expiredAt(long nowNs) {
    return deadlineNs <= nowNs;
  }

  boolean waiting() {
    return state == WAITING;
  }

  void queuedIn(RequestQueue owner) {
    queue = owner;
  }

  /** Claims it for a core. Returns false if it was completed meanwhile; it must then not be run. */
  boolean start() {
    return STATE.compareAndSet(this, WAITING, RUNNING);
  }

  /**
   * Cancels it. Returns true if no core has begun to run it; it is then completed as cancelled and
   * never run.
   */
  public boolean cancel() {
    return completeWaiting(new Outcome.Cancelled());
  }

  /** Completes it, unless a core has begun to run it. */
  public boolean completeWaiting(Outcome outcome) {
    if (!STATE.compareAndSet(this, WAITING, DONE)) {
      return false;
    }
    leaveQueue();
    completion.complete(outcome);
    completion.flush();
    return true;
  }

  /** Completes all requests that are not complete, even if a core is running them. */
  static void completeAll(List<PendingRequest> requests, Outcome outcome) {
    eachOf(requests, request -> request.complete(outcome));
    flushAll(requests);
  }

  /**
   * Applies the action to each request, even if it fails for some. Throws the first failure at the
   * end.
   */
  static void eachOf(List<PendingRequest> requests, Consumer<PendingRequest> action) {
    Throwable first = null;
    for (PendingRequest request : requests) {
      try {
        action.accept(request);
      } catch (RuntimeException | Error e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      Throwables.throwIfUnchecked(first);
    }
  }

  /** Call this after {@link #complete} of all requests that are completed together. */
  static void flushAll(List<PendingRequest> requests) {
    eachOf(requests, request -> request.completion.flush());
  }

  /**
   * Completes it, even if a core is running it. Call {@link #flushAll} afterwards. Returns false if
   * it was completed before.
   */
  boolean complete(Outcome outcome) {
    int before = STATE.getAndSet(this, DONE);
    if (before == DONE) {
      return false;
    }
    if (before == WAITING) {
      leaveQueue();
    } else {
      land(outcome);
    }
    completion.complete(outcome);
    return true;
  }

  /** Gives the outcome to those that wait for it with this request. */
  private void land(Outcome outcome) {
    RequestQueue owner = queue;
    if (owner == null) {
      return;
    }
    for (PendingRequest follower : owner.landed(this)) {
      if (STATE.compareAndSet(follower, WAITING, DONE)) {
        follower.completion.complete(outcome.later(follower.arrivalNs - arrivalNs));
        follower.completion.flush();
      }
    }
  }

  private void leaveQueue() {
    RequestQueue owner = queue;
    if (owner != null) {
      owner.forget(this);
    }
  }
}
