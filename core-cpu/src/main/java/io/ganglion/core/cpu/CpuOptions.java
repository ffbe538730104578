package io.ganglion.core.cpu;

/**
 * How CPU cores run.
 *
 * @param threadsPerCore OpenMP threads of one core, at least 1; one gives the most throughput, more
 *     shorten a batch
 * @param maxBatchSize most requests in one batch; 0 stands for the artifact's batch size
 */
public record CpuOptions(int threadsPerCore, int maxBatchSize) {
  /** One thread a core, the artifact's batch size. */
  public static final CpuOptions DEFAULT = new CpuOptions(1, 0);

  public CpuOptions {
    if (threadsPerCore < 1) {
      throw new IllegalArgumentException(
          "A core needs at least one thread, not " + threadsPerCore + ".");
    }
    if (maxBatchSize < 0) {
      throw new IllegalArgumentException("A batch size cannot be negative: " + maxBatchSize + ".");
    }
  }
}
