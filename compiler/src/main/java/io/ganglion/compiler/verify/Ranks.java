package io.ganglion.compiler.verify;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Spearman's rank correlation. */
final class Ranks {
  private Ranks() {}

  /**
   * How alike two lists of scores order the same inputs, from -1 to 1. Equal scores share the mean
   * of their ranks. 1 if all scores of a list are equal in both; 0 if they are so in one of them.
   */
  static double correlation(double[] a, double[] b) {
    double[] left = ranks(a);
    double[] right = ranks(b);
    double middle = (a.length + 1) / 2.0;
    double product = 0;
    double leftSquares = 0;
    double rightSquares = 0;
    for (int i = 0; i < a.length; i++) {
      product += (left[i] - middle) * (right[i] - middle);
      leftSquares += (left[i] - middle) * (left[i] - middle);
      rightSquares += (right[i] - middle) * (right[i] - middle);
    }
    if (leftSquares == 0 || rightSquares == 0) {
      return leftSquares == rightSquares ? 1 : 0;
    }
    return product / Math.sqrt(leftSquares * rightSquares);
  }

  private static double[] ranks(double[] values) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted((i, j) -> Double.compare(values[i], values[j]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ranks = new double[values.length];
    for (int start = 0; start < order.length; ) {
      int end = start + 1;
      while (end < order.length && values[order[end]] == values[order[start]]) {
        end++;
      }
      double mean = (start + 1 + end) / 2.0;
      Arrays.stream(order, start, end).forEach(i -> ranks[i] = mean);
      start = end;
    }
    return ranks;
  }
}
