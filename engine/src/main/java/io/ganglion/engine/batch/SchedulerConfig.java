package io.ganglion.engine.batch;

/**
 * The configuration of a {@link Scheduler}.
 *
 * @param cores number of cores, each with its own thread
 * @param concurrent number of batches that may run at the same time
 * @param batch limits of a batch
 * @param admission limits for waiting requests
 * @param core limits of a core
 * @param cacheBytes most memory for answers that are kept; 0: none are kept, and equal requests are
 *     computed each by itself
 */
public record SchedulerConfig(
    int cores,
    int concurrent,
    BatchLimits batch,
    AdmissionLimits admission,
    CoreLimits core,
    long cacheBytes) {
  public SchedulerConfig {
    if (cores < 1) {
      throw new IllegalArgumentException("At least one core is needed: " + cores);
    }
    if (concurrent < 1) {
      throw new IllegalArgumentException("At least one batch must run: " + concurrent);
    }
    if (cacheBytes < 0) {
      throw new IllegalArgumentException("A size of a cache must not be negative: " + cacheBytes);
    }
  }
}
