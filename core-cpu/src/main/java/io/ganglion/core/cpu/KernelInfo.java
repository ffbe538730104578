package io.ganglion.core.cpu;

/**
 * Which kernel runs a part of the model.
 *
 * @param part for example {@code encoder.0.attention.qkv}
 * @param precision in which it runs here: "fp32", "bf16" or "int8"
 * @param implementation oneDNN's name of the kernel
 */
public record KernelInfo(String part, String precision, String implementation) {
  /** Whether oneDNN has nothing fast for it and runs plain loops. */
  public boolean isReference() {
    return implementation.startsWith("ref") || implementation.contains(":ref");
  }
}
