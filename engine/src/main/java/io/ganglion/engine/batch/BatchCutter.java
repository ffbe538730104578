package io.ganglion.engine.batch;

import io.ganglion.engine.batch.RequestQueue.Batch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts batches from the waiting requests, and says when a core must be told of them. Knows no lock
 * and no thread: the time and the number of free cores are passed in, so that all of it runs in
 * virtual time as well. Completes no request. Not thread-safe: guarded by the queue's lock.
 */
final class BatchCutter {
  /** Whom to tell that requests wait. */
  enum Signal {
    /** A core that runs will take them, or there is none that could. */
    NOBODY,
    /** A parked core. */
    CORE,
    /** Whoever waits for {@link #checkAtNs}: it has become earlier. */
    WATCHER
  }

  private static final long NEVER = PendingRequest.NO_DEADLINE;

  private static final Batch CLOSED = new Batch(List.of(), List.of(), true);

  private final FairQueue waiting;
  private final int concurrent;
  private final BatchPolicy policy;
  private final CostModel costs;
  private final HandOver handOver;

  /** The time until which the policy would wait, after a {@link #take} that gave nothing. */
  private long waitUntilNs = NEVER;

  /**
   * @param waiting where batches are cut from; its owner adds to it
   * @param concurrent most batches that run at the same time; one more core would only hold
   *     requests and wait for a processor
   * @param costs costs of batches on these cores
   */
  BatchCutter(FairQueue waiting, int concurrent, BatchPolicy policy, CostModel costs) {
    this.waiting = waiting;
    this.concurrent = concurrent;
    this.policy = policy;
    this.costs = costs;
    this.handOver = new HandOver(costs);
  }

  /**
   * A batch, if a free core may take one now; it then counts as running. Otherwise null.
   *
   * @param freeCores cores without a batch, including the asking one
   * @param closed whether no more requests will come
   */
  @Nullable Batch take(long nowNs, int freeCores, boolean closed) {
    waitUntilNs = NEVER;
    int mayRun = concurrent - handOver.running();
    if (mayRun <= 0 && !closed) {
      return null;
    }
    int free = Math.min(freeCores, mayRun);
    Batch batch = cut(nowNs, free > 1 && wakingPays(nowNs) ? free : 1, closed);
    if (batch != null) {
      handOver.began(batch, nowNs);
    }
    return batch;
  }

  /** Until when to wait after a {@link #take} that gave nothing. */
  long waitUntilNs() {
    return waitUntilNs;
  }

  /** A batch no longer runs. Idempotent. */
  void ended(Batch batch) {
    handOver.ended(batch);
  }

  /** A parked core has woken. */
  void woke(long nowNs) {
    handOver.woke(nowNs);
  }

  /** Whom to tell after something has changed. {@code freeCores} are parked. */
  Signal signal(long nowNs, int freeCores) {
    if (freeCores == 0 || waiting.size() == 0 || handOver.running() >= concurrent) {
      return Signal.NOBODY;
    }
    boolean delays = policy.limits().maxDelayNs() > 0; // parked cores must notice when it ends
    if (delays || wakingPays(nowNs)) {
      handOver.signalled(nowNs);
      return Signal.CORE;
    }
    return handOver.rely(nowNs) ? Signal.WATCHER : Signal.NOBODY;
  }

  /** When to call {@link #check}. */
  long checkAtNs() {
    return handOver.relianceEndsNs();
  }

  /** Whom to tell if running cores have not taken what was left to them. */
  Signal check(long nowNs, int freeCores) {
    if (!handOver.failed(waiting.size(), nowNs) || freeCores == 0) {
      return Signal.NOBODY;
    }
    handOver.signalled(nowNs);
    return Signal.CORE;
  }

  private boolean wakingPays(long nowNs) {
    return handOver.pays(waiting.size(), policy.limits().maxRequests(), nowNs);
  }

  private @Nullable Batch cut(long nowNs, int free, boolean closed) {
    while (true) {
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
      if (!batch.requests().isEmpty() || !batch.expired().isEmpty()) {
        return batch;
      }
    }
  }

  private BatchPolicy.Room room() {
    long quickTokens = costs.tokensWithin(BatchPolicy.QUICK_NS);
    return policy.room(waiting.size(), waiting.tokens(), quickTokens);
  }

  /**
   * The earliest arrival of the waiting requests; 0 if no core waits for a fuller batch, because
   * then it does not matter.
   */
  private long oldestArrivalNs() {
    if (policy.limits().maxDelayNs() == 0 || waiting.size() >= room().requests()) {
      return 0;
    }
    long[] oldest = {NEVER};
    waiting.forEach(request -> oldest[0] = Math.min(oldest[0], request.arrivalNs()));
    return oldest[0];
  }

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
}
