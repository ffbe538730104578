package io.ganglion.server.batch;

/**
 * How long a core may take, and what happens when it breaks.
 *
 * @param batchTimeoutNs a batch that runs longer is failed and its core given up
 * @param openTimeoutNs opening and checking a core may take this long
 * @param firstBackoffNs wait before a broken core is opened again; doubles at each failure
 * @param maxBackoffNs longest such wait
 * @param maxAbandoned threads that may be left behind in a hanging core, for each core: each holds
 *     memory that nobody can free, so this many and no more
 * @param graceNs how long queued requests wait for a core when none is healthy
 */
public record CoreLimits(
    long batchTimeoutNs,
    long openTimeoutNs,
    long firstBackoffNs,
    long maxBackoffNs,
    int maxAbandoned,
    long graceNs) {
  public CoreLimits {
    if (batchTimeoutNs <= 0 || openTimeoutNs <= 0 || firstBackoffNs <= 0 || graceNs < 0) {
      throw new IllegalArgumentException("A core's time limits must be positive.");
    }
    long longest = Math.max(Math.max(batchTimeoutNs, openTimeoutNs), graceNs);
    if (longest > NanoClock.LONGEST_NS || maxBackoffNs > NanoClock.LONGEST_NS / 2) {
      throw new IllegalArgumentException(
          "A time limit of a core is longer than the clock can tell.");
    }
    if (maxBackoffNs < firstBackoffNs) {
      throw new IllegalArgumentException("The longest back-off is below the first.");
    }
  }
}
