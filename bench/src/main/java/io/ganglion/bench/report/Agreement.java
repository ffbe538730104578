package io.ganglion.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.ganglion.bench.measure.Answers;

/**
 * Compares a system's answers with the source model's on the pairs that both ran.
 *
 * @param pairs number of compared pairs
 * @param sameLabel share of pairs with the same label
 * @param decided number of pairs for which the source's best label leads by more than {@link
 *     #MARGIN}
 * @param sameLabelDecided share of those with the same label; 1 if there are none
 * @param maxDifference largest difference of a probability
 * @param meanDifference mean difference of a probability
 */
public record Agreement(
    @JsonProperty("pairs") int pairs,
    @JsonProperty("same_label") double sameLabel,
    @JsonProperty("pairs_with_margin") int decided,
    @JsonProperty("same_label_with_margin") double sameLabelDecided,
    @JsonProperty("max_probability_difference") double maxDifference,
    @JsonProperty("mean_probability_difference") double meanDifference) {
  /** With a smaller lead of its best label, the source itself is undecided. */
  public static final double MARGIN = 0.05;

  /** Compares the answers of a system with those of the source. */
  public static Agreement of(Answers source, Answers system) {
    int pairs = 0;
    int same = 0;
    int decided = 0;
    int sameDecided = 0;
    int values = 0;
    double max = 0;
    double sum = 0;
    for (int pair = 0; pair < Math.min(source.size(), system.size()); pair++) {
      float[] expected = source.get(pair);
      float[] actual = system.get(pair);
      if (expected == null || actual == null) {
        continue;
      }
      pairs++;
      boolean equal = best(expected) == best(actual);
      same += equal ? 1 : 0;
      if (margin(expected) > MARGIN) {
        decided++;
        sameDecided += equal ? 1 : 0;
      }
      for (int label = 0; label < expected.length; label++) {
        double difference = Math.abs((double) expected[label] - actual[label]);
        max = Double.isNaN(difference) ? Double.NaN : Math.max(max, difference);
        sum += difference;
        values++;
      }
    }
    return new Agreement(
        pairs, share(same, pairs), decided, share(sameDecided, decided), max, sum / values);
  }

  private static double share(int part, int whole) {
    return whole == 0 ? 1 : (double) part / whole;
  }

  private static int best(float[] row) {
    int best = 0;
    for (int i = 1; i < row.length; i++) {
      if (row[i] > row[best]) {
        best = i;
      }
    }
    return best;
  }

  private static double margin(float[] row) {
    if (row.length == 1) {
      return Double.POSITIVE_INFINITY;
    }
    double second = Double.NEGATIVE_INFINITY;
    int best = best(row);
    for (int i = 0; i < row.length; i++) {
      if (i != best) {
        second = Math.max(second, row[i]);
      }
    }
    return row[best] - second;
  }
}
