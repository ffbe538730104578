package io.ganglion.runtime.core;

import java.util.Arrays;

/**
 * A core's answer to one {@link TokenBatch}: one row of unnormalised scores a request, in the
 * batch's order. Immutable by contract.
 */
public final class Logits {
  private final float[] values;
  private final int labels;

  /**
   * @param values row-major [requests, labels]; not copied
   * @param labels columns, at least one
   */
  public Logits(float[] values, int labels) {
    if (labels < 1 || values.length % labels != 0) {
      throw new IllegalArgumentException(
          values.length + " logits do not make rows of " + labels + " labels.");
    }
    this.values = values;
    this.labels = labels;
  }

  /** Number of requests. */
  public int size() {
    return values.length / labels;
  }

  /** Number of labels. */
  public int labels() {
    return labels;
  }

  /** The logits of request {@code index}, a fresh array of {@link #labels()} values. */
  public float[] row(int index) {
    return Arrays.copyOfRange(values, index * labels, (index + 1) * labels);
  }

  /** All rows, row-major [requests, labels], not copied. */
  public float[] values() {
    return values;
  }
}
