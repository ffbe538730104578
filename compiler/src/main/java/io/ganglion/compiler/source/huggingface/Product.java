package io.ganglion.compiler.source.huggingface;

import java.util.stream.IntStream;

/**
 * Products of matrices in double precision, on all processors. The loops over columns are what the
 * JVM's compiler turns into vector instructions, and the blocks around them keep their operands in
 * the caches. Stateless.
 */
final class Product {
  /** Columns and rows of the result that are worked on at a time: half a megabyte. */
  private static final int COLUMNS = 512;

  private static final int ROWS = 128;

  private Product() {}

  /**
   * {@code x * kernel + bias}, row by row.
   *
   * @param x rows of as many values as the kernel has rows
   * @param kernel [inputs][outputs]
   */
  static double[][] of(double[][] x, double[][] kernel, double[] bias) {
    double[][] y = new double[x.length][];
    int processors = Runtime.getRuntime().availableProcessors();
    // An even number, because rows are taken in pairs.
    int rows = Math.min(ROWS, (x.length / processors + 2) / 2 * 2);
    IntStream.range(0, (x.length + rows - 1) / rows)
        .parallel()
        .forEach(
            task -> part(x, kernel, bias, y, task * rows, Math.min(x.length, (task + 1) * rows)));
    return y;
  }

  private static void part(
      double[][] x, double[][] kernel, double[] bias, double[][] y, int first, int end) {
    for (int row = first; row < end; row++) {
      y[row] = bias.clone();
    }
    for (int from = 0; from < bias.length; from += COLUMNS) {
      block(x, kernel, y, first, end, from, Math.min(bias.length, from + COLUMNS));
    }
  }

  /** Four rows of the kernel at a time meet all rows of {@code x}, two by two. */
  private static void block(
      double[][] x, double[][] kernel, double[][] y, int first, int end, int from, int to) {
    int pairs = first + (end - first) / 2 * 2;
    int quads = kernel.length / 4 * 4;
    for (int k = 0; k < quads; k += 4) {
      for (int row = first; row < pairs; row += 2) {
        twoByFour(x[row], x[row + 1], kernel, y[row], y[row + 1], k, from, to);
      }
    }
    for (int row = first; row < pairs; row++) {
      addRows(x[row], quads, kernel, quads, kernel.length, y[row], from, to);
    }
    if (pairs < end) {
      addRows(x[pairs], 0, kernel, 0, kernel.length, y[pairs], from, to);
    }
  }

  private static void twoByFour(
      double[] x0,
      double[] x1,
      double[][] kernel,
      double[] y0,
      double[] y1,
      int k,
      int from,
      int to) {
    double a0 = x0[k];
    double a1 = x0[k + 1];
    double a2 = x0[k + 2];
    double a3 = x0[k + 3];
    double c0 = x1[k];
    double c1 = x1[k + 1];
    double c2 = x1[k + 2];
    double c3 = x1[k + 3];
    double[] b0 = kernel[k];
    double[] b1 = kernel[k + 1];
    double[] b2 = kernel[k + 2];
    double[] b3 = kernel[k + 3];
    for (int j = from; j < to; j++) {
      y0[j] =
          Math.fma(a3, b3[j], Math.fma(a2, b2[j], Math.fma(a1, b1[j], Math.fma(a0, b0[j], y0[j]))));
      y1[j] =
          Math.fma(c3, b3[j], Math.fma(c2, b2[j], Math.fma(c1, b1[j], Math.fma(c0, b0[j], y1[j]))));
    }
  }

  /**
   * Adds rows of a matrix, each times its factor: {@code y += factors[offset + i] * rows[first +
   * i]}, in the columns {@code from} to {@code to}.
   */
  static void addRows(
      double[] factors,
      int offset,
      double[][] rows,
      int first,
      int end,
      double[] y,
      int from,
      int to) {
    for (int row = first; row < end; row++) {
      double factor = factors[offset + row - first];
      double[] values = rows[row];
      for (int j = from; j < to; j++) {
        y[j] = Math.fma(factor, values[j], y[j]);
      }
    }
  }

  /** A matrix [outputs, inputs] of fp32 as [inputs][outputs] of doubles. */
  static double[][] transposed(float[] values, int outputs, int inputs) {
    double[][] kernel = new double[inputs][outputs];
    int block = 64;
    IntStream.range(0, (inputs + block - 1) / block)
        .parallel()
        .forEach(
            task -> {
              int end = Math.min(inputs, (task + 1) * block);
              for (int at = 0; at < outputs; at += block) {
                for (int i = task * block; i < end; i++) {
                  double[] row = kernel[i];
                  for (int o = at; o < Math.min(outputs, at + block); o++) {
                    row[o] = values[o * inputs + i];
                  }
                }
              }
            });
    return kernel;
  }
}
