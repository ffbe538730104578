package io.ganglion.core.nrt;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How to reach the NeuronCores.
 *
 * @param library {@code libnrt}; empty: {@code libnrt.so.1} of the loader's path or of the vendor's
 *     folder
 * @param visibleCores cores of the machine for this process, as {@code NEURON_RT_VISIBLE_CORES}
 *     spells it ("0-3"); empty: as the environment says, else by {@code cores}
 * @param cores how many cores to take where neither {@code visibleCores} nor the environment says;
 *     0 for all
 * @param executionTimeoutSeconds after which the runtime gives an execution up; the environment's
 *     {@code NEURON_RT_EXEC_TIMEOUT} wins
 * @param nanPolicy what NaN in a result means
 */
public record NrtOptions(
    Optional<Path> library,
    Optional<String> visibleCores,
    int cores,
    int executionTimeoutSeconds,
    NanPolicy nanPolicy) {
  /** The vendor's documents name 2, 30 and 600 s as the default: ours is said, not left to it. */
  public static final int DEFAULT_TIMEOUT_SECONDS = 30;

  public NrtOptions {
    if (cores < 0) {
      throw new IllegalArgumentException("A number of cores must not be negative: " + cores);
    }
    if (executionTimeoutSeconds < 1) {
      throw new IllegalArgumentException(
          "The execution timeout must be at least 1 s: " + executionTimeoutSeconds);
    }
    if (visibleCores.isPresent() && !visibleCores.get().matches("\\d+(-\\d+)?(,\\d+(-\\d+)?)*")) {
      throw new IllegalArgumentException(
          "Visible cores are spelt like 0-3 or 0,1: " + visibleCores.get());
    }
  }

  /** Every core of the machine, the library wherever it is. */
  public static NrtOptions defaults() {
    return new NrtOptions(
        Optional.empty(), Optional.empty(), 0, DEFAULT_TIMEOUT_SECONDS, NanPolicy.CHECK);
  }

  /** These with another library. */
  public NrtOptions withLibrary(Path path) {
    return new NrtOptions(
        Optional.of(path), visibleCores, cores, executionTimeoutSeconds, nanPolicy);
  }

  /** These with another number of cores. */
  public NrtOptions withCores(int count) {
    return new NrtOptions(library, visibleCores, count, executionTimeoutSeconds, nanPolicy);
  }

  /** These with another policy. */
  public NrtOptions withNanPolicy(NanPolicy policy) {
    return new NrtOptions(library, visibleCores, cores, executionTimeoutSeconds, policy);
  }
}
