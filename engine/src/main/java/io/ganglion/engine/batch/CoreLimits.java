package io.ganglion.engine.batch;

/**
 * Time limits of a core, and how it is replaced.
 *
 * @param batchTimeoutNs longest run of a batch; then the batch fails and its core is given up
 * @param openTimeoutNs longest time for opening and checking a core
 * @param firstBackoffNs wait before a broken core is opened again; doubles with each failure
 * @param maxBackoffNs longest such wait
 * @param maxAbandoned most threads left behind in a hanging core, for each core; bounded because
 *     each holds memory that nobody can free
 * @param graceNs how long queued requests wait if no core is healthy
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
