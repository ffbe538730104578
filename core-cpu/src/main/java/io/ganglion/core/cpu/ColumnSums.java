package io.ganglion.core.cpu;

import java.nio.ByteBuffer;

/** Sums the columns of a stored matrix [inputs, outputs]. */
final class ColumnSums {
  private ColumnSums() {}

  /**
   * For each output the sum over the inputs of factor times weight.
   *
   * @param weight the matrix from the buffer's start on, row by row
   * @param type type of its elements
   * @param factors a factor of each input
   */
  static double[] of(ByteBuffer weight, DnnlType type, double[] factors, int outputs) {
    double[] sums = new double[outputs];
    byte[] bytes = new byte[outputs * type.bytes()];
    ByteBuffer row = ByteBuffer.wrap(bytes).order(weight.order());
    for (int i = 0; i < factors.length; i++) {
      weight.get(i * bytes.length, bytes);
      double factor = factors[i];
      switch (type) {
        case F32 -> {
          for (int o = 0; o < outputs; o++) {
            sums[o] += factor * row.getFloat(o * Float.BYTES);
          }
        }
        case BF16 -> {
          for (int o = 0; o < outputs; o++) {
            sums[o] += factor * Float.intBitsToFloat(row.getShort(o * Short.BYTES) << 16);
          }
        }
        case S8 -> {
          for (int o = 0; o < outputs; o++) {
            sums[o] += factor * bytes[o];
          }
        }
        case U8 -> throw new IllegalArgumentException("No matrix is stored in u8.");
      }
    }
    return sums;
  }
}
