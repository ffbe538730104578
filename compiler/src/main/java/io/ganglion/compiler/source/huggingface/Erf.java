package io.ganglion.compiler.source.huggingface;

/**
 * The error function, from a table of its values and slopes and a Taylor series between them. Its
 * error is below 1e-12. Stateless.
 */
final class Erf {
  private static final int PER_UNIT = 256;

  /** From here on, the result is 1 in double precision. */
  private static final int END = 6;

  private static final double[] VALUES = new double[END * PER_UNIT + 2];
  private static final double[] SLOPES = new double[END * PER_UNIT + 2];

  static {
    double step = 1.0 / PER_UNIT;
    for (int i = 0; i < VALUES.length; i++) {
      double x = i * step;
      SLOPES[i] = 2 / Math.sqrt(Math.PI) * Math.exp(-x * x);
      VALUES[i] = i == 0 ? 0 : VALUES[i - 1] + rise(i - 1, x - step, step);
    }
  }

  private Erf() {}

  static double of(double x) {
    double size = Math.abs(x);
    if (!(size < END)) {
      return Double.isNaN(x) ? x : Math.signum(x);
    }
    int index = (int) (size * PER_UNIT + 0.5);
    double node = (double) index / PER_UNIT;
    double value = VALUES[index] + rise(index, node, size - node);
    return x < 0 ? -value : value;
  }

  /** How much the function rises from a node over {@code d}: its derivatives are known. */
  private static double rise(int index, double x, double d) {
    double square = x * x;
    double third = (2 * square - 1) / 3;
    double fourth = x * (3 - 2 * square) / 6;
    double fifth = (4 * square * square - 12 * square + 3) / 30;
    double sixth = x * (-4 * square * square + 20 * square - 15) / 90;
    return SLOPES[index]
        * d
        * (1 + d * (-x + d * (third + d * (fourth + d * (fifth + d * sixth)))));
  }
}
