package io.ganglion.api;

import java.util.Arrays;

/**
 * The vector of a text. Immutable.
 *
 * <pre>{@code
 * for (Embedding embedding : client.embed(texts).join()) {
 *   index.add(embedding.values());
 * }
 * }</pre>
 */
public final class Embedding {
  private final float[] values;
  private final int inputTokens;

  /**
   * Takes a copy of the values.
   *
   * @param values at least one, all finite
   * @param inputTokens how many tokens the text had
   * @throws IllegalArgumentException if a value is not finite, there is none, or the count is
   *     negative
   */
  public Embedding(float[] values, int inputTokens) {
    if (values.length == 0 || inputTokens < 0) {
      throw new IllegalArgumentException("a vector has no values, or a count is negative");
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("a value of a vector is " + value);
      }
    }
    this.values = values.clone();
    this.inputTokens = inputTokens;
  }

  /**
   * The values.
   *
   * @return a copy
   */
  public float[] values() {
    return values.clone();
  }

  /**
   * The size of the vector.
   *
   * @return number of values, at least 1
   */
  public int dimensions() {
    return values.length;
  }

  /**
   * How many tokens the text had.
   *
   * @return special tokens included
   */
  public int inputTokens() {
    return inputTokens;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Embedding embedding
        && inputTokens == embedding.inputTokens
        && Arrays.equals(values, embedding.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Embedding[" + values.length + " values, " + inputTokens + " tokens]";
  }
}
