package io.ganglion.core.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Statistics of an encoder matrix's inputs during calibration, by column. Not thread-safe: one
 * {@link CalibrationRun} fills it, and it is read afterwards.
 */
public final class InputStatistics {
  private final int columns;
  private final int maxSamples;
  private final float[] lowest;
  private final float[] highest;
  private final double[] sums;
  private final double[] squares;
  private final List<float[]> samples = new ArrayList<>();
  private long rows;

  /**
   * @param maxSamples most rows kept
   */
  public InputStatistics(int columns, int maxSamples) {
    this.columns = columns;
    this.maxSamples = maxSamples;
    lowest = new float[columns];
    highest = new float[columns];
    Arrays.fill(lowest, Float.POSITIVE_INFINITY);
    Arrays.fill(highest, Float.NEGATIVE_INFINITY);
    sums = new double[columns];
    squares = new double[columns];
  }

  /** Counts a row. Keeps one row in {@code stride} as a sample, until there are enough. */
  public void add(float[] row, int stride) {
    for (int i = 0; i < columns; i++) {
      float value = row[i];
      lowest[i] = Math.min(lowest[i], value);
      highest[i] = Math.max(highest[i], value);
      sums[i] += value;
      squares[i] += (double) value * value;
    }
    if (samples.size() < maxSamples && rows % stride == 0) {
      samples.add(row.clone());
    }
    rows++;
  }

  /** Number of inputs of the matrix. */
  public int columns() {
    return columns;
  }

  /** Number of rows seen. */
  public long rows() {
    return rows;
  }

  /** The largest magnitude of column {@code column}; 0 before the first row. */
  public float largest(int column) {
    return rows == 0 ? 0 : largest(column, 0);
  }

  /** The largest magnitude of the sums of {@code summand} and a value of column {@code column}. */
  public float largest(int column, float summand) {
    return Math.max(Math.abs(lowest[column] + summand), Math.abs(highest[column] + summand));
  }

  /** The mean of column {@code column}; 0 before the first row. */
  public double mean(int column) {
    return rows == 0 ? 0 : sums[column] / rows;
  }

  /** The mean of the squares of column {@code column}; 0 before the first row. */
  public double meanSquare(int column) {
    return rows == 0 ? 0 : squares[column] / rows;
  }

  /** Some of the rows, spread over the run. Do not write to them. */
  public List<float[]> samples() {
    return samples;
  }
}
