package io.ganglion.core.cpu;

/**
 * Options of CPU cores.
 *
 * @param threadsPerCore OpenMP threads of one core, at least 1; one thread gives the most
 *     throughput, more threads shorten a batch
 * @param maxBatchSize most requests in one batch; 0 for the artifact's batch size
 * @param groupTokens most tokens that go through a layer together; 0 for as many as fit the CPU's
 *     level 2 cache
 */
public record CpuOptions(int threadsPerCore, int maxBatchSize, int groupTokens) {
  /** One thread for each core, the artifact's batch size, groups by the cache. */
  public static final CpuOptions DEFAULT = new CpuOptions(1, 0, 0);

  public CpuOptions {
    if (threadsPerCore < 1) {
      throw new IllegalArgumentException(
          "A core needs at least one thread, not " + threadsPerCore + ".");
    }
    if (maxBatchSize < 0) {
      throw new IllegalArgumentException("A batch size cannot be negative: " + maxBatchSize + ".");
    }
    if (groupTokens < 0) {
      throw new IllegalArgumentException("A group cannot have " + groupTokens + " tokens.");
    }
  }

  /** A copy with groups by the CPU's cache. */
  public CpuOptions(int threadsPerCore, int maxBatchSize) {
    this(threadsPerCore, maxBatchSize, 0);
  }
}
