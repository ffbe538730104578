package io.ganglion.server.batch;

/**
 * What an {@link Engine} runs on.
 *
 * @param cores NeuronCores, each with a thread of its own
 * @param concurrent batches that may run at the same time
 * @param batch what a batch may hold
 * @param admission what may wait
 * @param core time limits of a core
 */
public record EngineConfig(
    int cores, int concurrent, BatchLimits batch, AdmissionLimits admission, CoreLimits core) {
  public EngineConfig {
    if (cores < 1) {
      throw new IllegalArgumentException("At least one core is needed: " + cores);
    }
    if (concurrent < 1) {
      throw new IllegalArgumentException("At least one batch must run: " + concurrent);
    }
  }
}
