package io.ganglion.compiler.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How far answers are apart, one number for each answer.
 *
 * <p>The gate looks at the mean and at the tail, and not at the largest: the largest of more
 * answers is larger, so a sound model would fail if only it were asked often enough. The mean and a
 * percentile of more answers are only known better.
 *
 * @param count number of answers
 * @param mean of the differences
 * @param tail the 99.9th percentile: what one answer in a thousand exceeds. At least one is left
 *     out, so that below a thousand answers a single one does not decide
 * @param largest of the differences
 * @param worst the answers with the largest differences, largest first
 */
public record Differences(int count, double mean, double tail, double largest, List<Worst> worst) {
  /** Answers that a report shows. */
  private static final int SHOWN = 3;

  private static final int ONE_IN = 1000;

  /**
   * An answer.
   *
   * @param input index of its input
   * @param difference how far the answers are apart
   */
  public record Worst(int input, double difference) {}

  public Differences {
    worst = List.copyOf(worst);
  }

  /**
   * The figures of these differences.
   *
   * @param each a difference for each answer; NaN counts as infinite, so that it does not pass as
   *     small
   * @param inputs the input of each answer
   */
  static Differences of(double[] each, int[] inputs) {
    if (each.length == 0) {
      throw new IllegalArgumentException("Nothing was compared.");
    }
    double[] sorted = each.clone();
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = Double.isNaN(sorted[i]) ? Double.POSITIVE_INFINITY : sorted[i];
    }
    List<Worst> worst = new ArrayList<>();
    for (int i = 0; i < each.length; i++) {
      worst.add(new Worst(inputs[i], sorted[i]));
    }
    worst.sort(Comparator.comparingDouble(Worst::difference).reversed());
    double mean = Arrays.stream(sorted).average().orElseThrow();
    Arrays.sort(sorted);
    int above = Math.min(sorted.length - 1, Math.max(1, sorted.length / ONE_IN));
    return new Differences(
        sorted.length,
        mean,
        sorted[sorted.length - 1 - above],
        sorted[sorted.length - 1],
        worst.subList(0, Math.min(SHOWN, worst.size())));
  }
}
