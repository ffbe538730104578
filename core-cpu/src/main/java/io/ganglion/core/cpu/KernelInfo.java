package io.ganglion.core.cpu;

import java.util.List;

/**
 * The kernel that runs a part of the model.
 *
 * @param part name of the part, such as {@code encoder.0.attention.qkv}
 * @param precision in which it runs here: "fp32", "bf16" or "int8"
 * @param implementation oneDNN's name of the kernel
 * @param blocks numbers of rows that run at a time; several if no kernel for all rows gives the
 *     right bits
 */
public record KernelInfo(
    String part, String precision, String implementation, List<Integer> blocks) {
  public KernelInfo {
    blocks = List.copyOf(blocks);
  }

  /** Whether oneDNN has no fast kernel and runs plain loops. */
  public boolean isReference() {
    return implementation.startsWith("ref") || implementation.contains(":ref");
  }
}
