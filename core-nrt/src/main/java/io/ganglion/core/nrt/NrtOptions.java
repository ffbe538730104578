package io.ganglion.core.nrt;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How to reach the NeuronCores.
 *
 * @param library path of {@code libnrt}; if empty, {@code libnrt.so.1} is looked for on the
 *     loader's path and in the vendor's folder
 * @param visibleCores cores of the machine for this process, as {@code NEURON_RT_VISIBLE_CORES}
 *     spells it ("0-3"); if empty, the environment decides, or else {@code cores}
 * @param cores number of cores to take if neither {@code visibleCores} nor the environment says; 0
 *     for all
 * @param executionTimeoutSeconds time after which the runtime gives up an execution; the
 *     environment's {@code NEURON_RT_EXEC_TIMEOUT} takes precedence
 * @param nanPolicy what to do about NaN in a result
 */
public record NrtOptions(
    Optional<Path> library,
    Optional<String> visibleCores,
    int cores,
    int executionTimeoutSeconds,
    NanPolicy nanPolicy) {
  /** Always set, because the vendor's documents name three defaults: 2, 30 and 600 s. */
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

  /** All cores of the machine, the library in its usual places. */
  public static NrtOptions defaults() {
    return new NrtOptions(
        Optional.empty(), Optional.empty(), 0, DEFAULT_TIMEOUT_SECONDS, NanPolicy.CHECK);
  }

  /** A copy with another library. */
  public NrtOptions withLibrary(Path path) {
    return new NrtOptions(
        Optional.of(path), visibleCores, cores, executionTimeoutSeconds, nanPolicy);
  }

  /** A copy with another number of cores. */
  public NrtOptions withCores(int count) {
    return new NrtOptions(library, visibleCores, count, executionTimeoutSeconds, nanPolicy);
  }

  /** A copy with another policy. */
  public NrtOptions withNanPolicy(NanPolicy policy) {
    return new NrtOptions(library, visibleCores, cores, executionTimeoutSeconds, policy);
  }
}
