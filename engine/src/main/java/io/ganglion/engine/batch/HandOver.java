package io.ganglion.engine.batch;

import java.util.IdentityHashMap;

/**
 * Decides whether to wake a parked core. A parked core needs some time to start. If a running core
 * ends its batch before that, it takes the waiting requests sooner, and no thread needs to be
 * woken. Both times are measured as the cores run. So a tiny model keeps few cores awake with full
 * batches, and a large model uses all of them. Not thread-safe: guarded by the queue's lock.
 */
final class HandOver {
  private static final long NEVER = Long.MAX_VALUE;

  /** The assumed time of a wake-up until one was measured: usual on a machine that is not busy. */
  private static final long FIRST_GUESS_NS = 50_000;

  /**
   * Longer wake-ups count as this long: the machine was busy, which says little about the next one.
   */
  private static final long LONGEST_NS = 1_000_000;

  /**
   * Requests may wait this long for a running core. To save less by waking another core costs more
   * than it gains: the signalling thread loses time too, and smaller batches mean more writes.
   */
  private static final long LEAST_GAIN_NS = 100_000;

  /** The weight of the newest measurement in the mean. */
  private static final double NEWEST = 1.0 / 16;

  /** How long waiting requests are left to running cores before another core is woken. */
  private static final long RELIANCE_NS = 2_000_000;

  private final CostModel costs;
  private final IdentityHashMap<RequestQueue.Batch, Run> runs = new IdentityHashMap<>();
  private double wakeNs = FIRST_GUESS_NS;

  /** The time at which a core was signalled that has not come yet. */
  private long signalledAtNs = NEVER;

  private long relianceEndsNs = NEVER;

  /** Whether requests were left to running cores since {@link #relianceEndsNs} was set. */
  private boolean relied;

  /** Whether any core has begun a batch since {@link #relianceEndsNs} was set. */
  private boolean taken;

  /** A batch that a core runs. */
  private record Run(long startNs, long expectedEndNs) {
    /** Whether to rely on its end: not if it has taken twice its expected time. */
    boolean reliable(long nowNs) {
      return nowNs - expectedEndNs <= expectedEndNs - startNs;
    }
  }

  HandOver(CostModel costs) {
    this.costs = costs;
  }

  /** A core has taken a batch. */
  void began(RequestQueue.Batch batch, long nowNs) {
    taken = true;
    long tokens = 0;
    for (PendingRequest request : batch.requests()) {
      tokens += request.length();
    }
    if (tokens > 0) {
      runs.put(batch, new Run(nowNs, nowNs + costs.batchNs(tokens)));
    }
  }

  /** The batch ended, or its core was given up. Idempotent. */
  void ended(RequestQueue.Batch batch) {
    runs.remove(batch);
  }

  /** A parked core has been signalled. */
  void signalled(long nowNs) {
    if (signalledAtNs == NEVER) {
      signalledAtNs = nowNs;
    }
  }

  /** A parked core has woken and holds the queue's lock. */
  void woke(long nowNs) {
    if (signalledAtNs != NEVER) {
      long ns = Math.min(LONGEST_NS, Math.max(0, nowNs - signalledAtNs));
      wakeNs += NEWEST * (ns - wakeNs);
      signalledAtNs = NEVER;
    }
  }

  /** Number of running batches. */
  int running() {
    return runs.size();
  }

  /** The time that waking a core takes. */
  long wakeNs() {
    return (long) wakeNs;
  }

  /**
   * Whether a parked core would start well before a running one comes free, or full batches of the
   * running cores cannot hold all waiting requests.
   *
   * @param waiting requests in the queue
   * @param batchRequests number of requests in a full batch
   */
  boolean pays(int waiting, int batchRequests, long nowNs) {
    long nextFreeNs = NEVER;
    long room = 0;
    for (Run run : runs.values()) {
      if (run.reliable(nowNs)) {
        nextFreeNs = Math.min(nextFreeNs, run.expectedEndNs());
        room += batchRequests;
      }
    }
    // A wake-up costs its time twice: for the signalling and for the woken thread.
    return waiting > room || nextFreeNs - nowNs > Math.max(LEAST_GAIN_NS, 2 * wakeNs);
  }

  /**
   * The number of batches into which to cut the waiting requests. Parked cores begin later by the
   * time of a wake-up, so each batch must take at least that long.
   *
   * @param tokens number of waiting tokens
   * @param freeCores most batches
   */
  int shares(long tokens, int freeCores) {
    double workNs = costs.batchNs(tokens) - (double) costs.batchNs(0);
    if (freeCores <= 1 || workNs == 0) { // the costs of a model that has not run are unknown
      return freeCores;
    }
    return (int) Math.max(1, Math.min(freeCores, workNs / wakeNs));
  }

  /**
   * Leaves the waiting requests to running cores. Returns true if the caller must check on this
   * from now on.
   */
  boolean rely(long nowNs) {
    relied = true;
    boolean first = relianceEndsNs == NEVER;
    if (first) {
      lookAgain(nowNs);
    }
    return first;
  }

  /** The time at which to call {@link #failed}. */
  long relianceEndsNs() {
    return relianceEndsNs;
  }

  /**
   * Whether no core took the requests that were left to running cores. False before {@link
   * #relianceEndsNs}.
   */
  boolean failed(int waiting, long nowNs) {
    if (nowNs < relianceEndsNs) {
      return false;
    }
    boolean failed = waiting > 0 && !taken;
    if (relied || failed) {
      lookAgain(nowNs);
    } else {
      relianceEndsNs = NEVER;
    }
    return failed;
  }

  private void lookAgain(long nowNs) {
    relianceEndsNs = nowNs + RELIANCE_NS;
    relied = false;
    taken = false;
  }
}
