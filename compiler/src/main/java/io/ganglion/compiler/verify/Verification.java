package io.ganglion.compiler.verify;

import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Precision;
import java.util.List;

/**
 * Compares a compiled model's answers with the source's.
 *
 * @param inputs number of compared inputs
 * @param largestDifference largest difference of a probability; for a regression, of the value,
 *     relative for values above 1
 * @param meanDifference the mean of every input's largest difference
 * @param agreeing number of inputs with the same label
 * @param decided number of inputs whose label is clear in the source
 * @param decidedAgreeing number of these with the same label
 */
public record Verification(
    int inputs,
    double largestDifference,
    double meanDifference,
    int agreeing,
    int decided,
    int decidedAgreeing) {
  /**
   * If the two likeliest labels are closer than this, the label is a toss-up that rounding may
   * change.
   */
  public static double clearMargin(Precision precision) {
    return precision == Precision.INT8 ? 0.05 : 0.02;
  }

  /** Compares probabilities, row by row. */
  public static Verification compare(
      List<float[]> source, List<float[]> compiled, OutputActivation output, double clearMargin) {
    double largest = 0;
    double sum = 0;
    int agreeing = 0;
    int decided = 0;
    int decidedAgreeing = 0;
    for (int row = 0; row < source.size(); row++) {
      double difference = difference(source.get(row), compiled.get(row), output);
      // A NaN must stay NaN, so that it does not pass as a small difference.
      largest = Math.max(largest, difference);
      sum += difference;
      boolean same = label(source.get(row)) == label(compiled.get(row));
      agreeing += same ? 1 : 0;
      if (margin(source.get(row)) > clearMargin) {
        decided++;
        decidedAgreeing += same ? 1 : 0;
      }
    }
    return new Verification(
        source.size(), largest, sum / source.size(), agreeing, decided, decidedAgreeing);
  }

  private static double difference(float[] a, float[] b, OutputActivation output) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      double size = output == OutputActivation.IDENTITY ? Math.max(1, Math.abs(a[i])) : 1;
      double difference = Math.abs((double) a[i] - b[i]) / size;
      largest = Math.max(largest, difference);
    }
    return largest;
  }

  private static int label(float[] row) {
    int best = 0;
    for (int i = 1; i < row.length; i++) {
      best = row[i] > row[best] ? i : best;
    }
    return best;
  }

  private static double margin(float[] row) {
    int best = label(row);
    double second = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < row.length; i++) {
      second = i == best ? second : Math.max(second, row[i]);
    }
    return row[best] - second;
  }

  /** The share of all inputs with the same label. */
  public double agreement() {
    return (double) agreeing / inputs;
  }
}
