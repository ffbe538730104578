package io.ganglion.runtime.core;

import io.ganglion.runtime.model.Pooling;
import io.ganglion.runtime.model.Task;
import java.util.Arrays;

/**
 * A core's results for one {@link TokenBatch}, in the batch's order: a row for each request, or,
 * where the model's task labels tokens, a row for each token. They are what the head gives, before
 * softmax, sigmoid or norm. Immutable by contract.
 */
public final class Outputs {
  private final float[] values;
  private final int width;
  private final int[] firstRows;

  private Outputs(float[] values, int width, int[] firstRows) {
    int rows = firstRows[firstRows.length - 1];
    if (width < 1 || values.length != Math.multiplyExact(rows, width)) {
      throw new IllegalArgumentException(
          "%d values do not make %d rows of %d.".formatted(values.length, rows, width));
    }
    this.values = values;
    this.width = width;
    this.firstRows = firstRows;
  }

  /**
   * One row for each request.
   *
   * @param values row-major [requests, width]; not copied
   * @param width columns, at least one
   */
  public static Outputs ofSequences(float[] values, int width) {
    int[] firstRows = new int[width < 1 ? 1 : values.length / width + 1];
    Arrays.setAll(firstRows, i -> i);
    return new Outputs(values, width, firstRows);
  }

  /**
   * The rows of a batch.
   *
   * @param values row-major [rows, width]; not copied
   * @param width columns, at least one
   * @param task of the model; it says how many rows a request has
   */
  public static Outputs of(float[] values, int width, Task task, TokenBatch batch) {
    return task.pooling() == Pooling.NONE
        ? new Outputs(values, width, batch.offsets())
        : ofSequences(values, width);
  }

  /** Number of requests. */
  public int size() {
    return firstRows.length - 1;
  }

  /** Columns of a row. */
  public int width() {
    return width;
  }

  /** Number of rows of request {@code index}. */
  public int rows(int index) {
    return firstRows[index + 1] - firstRows[index];
  }

  /** The rows of request {@code index} one after the other, a fresh array. */
  public float[] of(int index) {
    return Arrays.copyOfRange(values, firstRows[index] * width, firstRows[index + 1] * width);
  }

  /** All rows, row-major, not copied. */
  public float[] values() {
    return values;
  }
}
