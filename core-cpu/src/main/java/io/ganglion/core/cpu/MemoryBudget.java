package io.ganglion.core.cpu;

import com.sun.management.OperatingSystemMXBean;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.model.TensorSpec;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * What the cores of an artifact need of the memory that this process may use. Weights and heap are
 * known; what a core and the program take besides was measured with BERT-Large.
 *
 * @param limitBytes the machine's memory, or the limit of the container
 * @param weightBytes weights, which all cores share
 * @param cores number of cores
 * @param heapBytes the Java heap's bound
 */
record MemoryBudget(long limitBytes, long weightBytes, int cores, long heapBytes) {
  private static final long MIB = 1 << 20;
  private static final long CORE_BYTES = 40 * MIB;

  /** Classes, compiled code, oneDNN with its kernels, threads. */
  private static final long PROGRAM_BYTES = 150 * MIB;

  static MemoryBudget of(Artifact artifact, int cores) {
    long weights = artifact.weights().specs().stream().mapToLong(TensorSpec::byteSize).sum();
    long limit =
        ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
            ? system.getTotalMemorySize()
            : Long.MAX_VALUE;
    return new MemoryBudget(limit, weights, cores, Runtime.getRuntime().maxMemory());
  }

  /**
   * Refuses what would end in a kill by the system: weights and program alone exceed the memory.
   *
   * @throws CoreFault with the budget
   */
  void requireFit() throws CoreFault {
    if (weightBytes + PROGRAM_BYTES > limitBytes) {
      throw new CoreFault(
          CoreFault.Scope.PROCESS,
          "The model does not fit into %s of memory: its weights take %s, and the program %s more. Raise the limit."
              .formatted(size(limitBytes), size(weightBytes), size(PROGRAM_BYTES)));
    }
  }

  /**
   * One sentence for whoever starts the program. The heap's bound is no need, so it is not added.
   */
  String note() {
    long needed = weightBytes + cores * CORE_BYTES + PROGRAM_BYTES;
    return "memory: up to %s (weights %s, %d core%s of %s, program %s) and a Java heap bounded at %s, of %s%s"
        .formatted(
            size(needed),
            size(weightBytes),
            cores,
            cores == 1 ? "" : "s",
            size(CORE_BYTES),
            size(PROGRAM_BYTES),
            size(heapBytes),
            size(limitBytes),
            needed + heapBytes > limitBytes
                ? "; bound the heap with -Xmx, or raise the limit"
                : "");
  }

  private static String size(long bytes) {
    return bytes < 1024 * MIB
        ? Math.max(1, bytes / MIB) + " MiB"
        : String.format(Locale.ROOT, "%.1f GiB", bytes / (1024.0 * MIB));
  }
}
