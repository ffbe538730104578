package io.ganglion.server.batch;

import java.util.IdentityHashMap;

/**
 * Tells whether to wake a parked core. A parked core needs some time to start. A running core that
 * ends its batch before then takes what waits sooner, and no thread has to be woken. Both times are
 * measured as the cores run, so a tiny model keeps few cores awake with full batches, and a large
 * model uses all of them. Not thread-safe: guarded by the queue's lock.
 */
final class HandOver {
  private static final long NEVER = Long.MAX_VALUE;

  /** A usual time on a machine that is not busy, until the first core was woken. */
  private static final long FIRST_GUESS_NS = 50_000;

  /** A wake-up that took longer met a busy machine; it says little about the next. */
  private static final long LONGEST_NS = 1_000_000;

  /**
   * What waits may wait this long for a running core. Waking another gains less than it costs: the
   * thread that signals loses time too, and smaller batches mean more writes.
   */
  private static final long LEAST_GAIN_NS = 100_000;

  /** Share of the newest measurement in the mean. */
  private static final double NEWEST = 1.0 / 16;

  /** How long what waits may rely on running cores before another is woken all the same. */
  private static final long RELIANCE_NS = 2_000_000;

  private final CostModel costs;
  private final IdentityHashMap<RequestQueue.Batch, Run> runs = new IdentityHashMap<>();
  private double wakeNs = FIRST_GUESS_NS;

  /** When a core was signalled that has not come yet. */
  private long signalledAtNs = NEVER;

  private long relianceEndsNs = NEVER;

  /** Whether anything was left to a running core since that was set. */
  private boolean relied;

  /** Whether any core has begun a batch since that was set. */
  private boolean taken;

  /** A batch that a core runs. */
  private record Run(long startNs, long expectedEndNs) {
    /** A batch that has taken twice its time is not counted on. */
    boolean reliable(long nowNs) {
      return nowNs - expectedEndNs <= expectedEndNs - startNs;
    }
  }

  HandOver(CostModel costs) {
    this.costs = costs;
  }

  /** A core takes a batch. */
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

  /** A parked core is signalled. */
  void signalled(long nowNs) {
    if (signalledAtNs == NEVER) {
      signalledAtNs = nowNs;
    }
  }

  /** A parked core holds the queue again. */
  void woke(long nowNs) {
    if (signalledAtNs != NEVER) {
      long ns = Math.min(LONGEST_NS, Math.max(0, nowNs - signalledAtNs));
      wakeNs += NEWEST * (ns - wakeNs);
      signalledAtNs = NEVER;
    }
  }

  /** Batches that run now. */
  int running() {
    return runs.size();
  }

  /** What waking a core takes. */
  long wakeNs() {
    return (long) wakeNs;
  }

  /**
   * Whether a parked core would start well before a running one comes free, or full batches of the
   * running ones cannot hold what waits.
   *
   * @param waiting requests in the queue
   * @param batchRequests in a full batch
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
    // A wake-up takes its time twice: from who signals and from who is woken.
    return waiting > room || nextFreeNs - nowNs > Math.max(LEAST_GAIN_NS, 2 * wakeNs);
  }

  /**
   * Into how many batches to cut what waits. The shares of parked cores begin later by the time of
   * a wake-up, so each must be worth one.
   *
   * @param tokens that wait
   * @param freeCores most batches
   */
  int shares(long tokens, int freeCores) {
    double workNs = costs.batchNs(tokens) - (double) costs.batchNs(0);
    if (freeCores <= 1 || workNs == 0) { // nothing is known of a model that has not run
      return freeCores;
    }
    return (int) Math.max(1, Math.min(freeCores, workNs / wakeNs));
  }

  /** What waits is left to running cores. True if that is to be looked after from now on. */
  boolean rely(long nowNs) {
    relied = true;
    boolean first = relianceEndsNs == NEVER;
    if (first) {
      lookAgain(nowNs);
    }
    return first;
  }

  /** When to ask {@link #failed}. */
  long relianceEndsNs() {
    return relianceEndsNs;
  }

  /** Whether no core came for what was left to running ones. False before it is time to ask. */
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
