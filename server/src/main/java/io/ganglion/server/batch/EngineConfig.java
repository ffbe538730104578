package io.ganglion.server.batch;

/**
 * What an {@link Engine} runs on.
 *
 * @param cores NeuronCores, each with a thread of its own
 * @param batch what a batch may hold
 * @param admission what may wait
 * @param core time limits of a core
 */
public record EngineConfig(
    int cores, BatchLimits batch, AdmissionLimits admission, CoreLimits core) {
  public EngineConfig {
    if (cores < 1) {
      throw new IllegalArgumentException("At least one core is needed: " + cores);
    }
  }
}
