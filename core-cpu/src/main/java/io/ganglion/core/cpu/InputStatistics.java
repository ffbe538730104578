package io.ganglion.core.cpu;

import java.util.ArrayList;
import java.util.List;

/**
 * Statistics of an encoder matrix's inputs during calibration, by column. Not thread-safe: one
 * {@link CalibrationRun} fills it, and it is read afterwards.
 */
public final class InputStatistics {
  private final int columns;
  private final int maxSamples;
  private final float[] largest;
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
    largest = new float[columns];
    sums = new double[columns];
    squares = new double[columns];
  }

  /** Counts a row. Keeps one row in {@code stride} as a sample, until there are enough. */
  public void add(float[] row, int stride) {
    for (int i = 0; i < columns; i++) {
      float value = row[i];
      largest[i] = Math.max(largest[i], Math.abs(value));
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

  /** The largest magnitude of column {@code column}. */
  public float largest(int column) {
    return largest[column];
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
