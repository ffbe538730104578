package io.ganglion.compiler.onnx.run;

/**
 * The error function in double precision: by Kummer's series, whose terms all have one sign, so
 * that nothing cancels (Abramowitz and Stegun, 7.1.6).
 */
final class Erf {
  /** From here on the nearest double is 1. */
  private static final double ONE_FROM = 6;

  private Erf() {}

  static double of(double x) {
    double size = Math.abs(x);
    if (!(size < ONE_FROM)) {
      return Double.isNaN(x) ? x : Math.signum(x);
    }
    double step = 2 * size * size;
    double term = size;
    double sum = size;
    for (int n = 1; term > sum * 1e-17; n++) {
      term *= step / (2 * n + 1);
      sum += term;
    }
    return Math.signum(x) * Math.min(1, 2 / Math.sqrt(Math.PI) * Math.exp(-size * size) * sum);
  }
}
