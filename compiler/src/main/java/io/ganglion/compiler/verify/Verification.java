package io.ganglion.compiler.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Compares a compiled model's answers with the source's, in the terms of what they are.
 *
 * @param terms what the answers are
 * @param inputs number of compared inputs
 * @param differences of a probability: the largest of an answer. Of a score: relative to the spread
 *     of the source's scores. Of a vector: 1 - cosine. There is one for each input, or for each
 *     token if tokens have labels
 * @param labels how many labels are kept; empty if the answers choose none
 * @param rankCorrelation how alike scores order the inputs, by Spearman, the worst of several
 *     columns; empty unless the answers are scores
 * @param spread standard deviation of the source's scores, the least of several columns; empty
 *     unless the answers are scores
 */
public record Verification(
    Terms terms,
    int inputs,
    Differences differences,
    Optional<LabelCounts> labels,
    OptionalDouble rankCorrelation,
    OptionalDouble spread) {
  /** Fewer clear labels show little: of 20, one is 5 %. */
  private static final int FEW = 20;

  /**
   * Compares answers.
   *
   * @param source an answer for each input: a row, or a row for each token one after the other
   * @param width columns of a row
   */
  public static Verification compare(
      List<float[]> source, List<float[]> compiled, Terms terms, int width) {
    return switch (terms) {
      case LABELS, INDEPENDENT_LABELS, PROBABILITY, TOKEN_LABELS ->
          probabilities(source, compiled, terms, width);
      case SCORES -> scores(source, compiled);
      case VECTORS -> vectors(source, compiled);
    };
  }

  /** The largest difference of an answer. */
  public double largestDifference() {
    return differences.largest();
  }

  private static Verification probabilities(
      List<float[]> source, List<float[]> compiled, Terms terms, int width) {
    int rows = source.stream().mapToInt(answer -> answer.length / width).sum();
    double[] each = new double[rows];
    int[] inputs = new int[rows];
    LabelCounts.Counter counter = new LabelCounts.Counter();
    int row = 0;
    for (int i = 0; i < source.size(); i++) {
      for (int at = 0; at < source.get(i).length; at += width) {
        float[] a = Arrays.copyOfRange(source.get(i), at, at + width);
        float[] b = Arrays.copyOfRange(compiled.get(i), at, at + width);
        inputs[row] = i;
        each[row++] = largest(a, b);
        if (terms == Terms.INDEPENDENT_LABELS) {
          counter.each(a, b);
        } else if (terms.areLabelled()) {
          counter.likeliest(a, b);
        }
      }
    }
    return new Verification(
        terms,
        source.size(),
        Differences.of(each, inputs),
        terms.areLabelled() ? Optional.of(counter.counts()) : Optional.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  private static double largest(float[] a, float[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      // A NaN must stay NaN, so that it does not pass as a small difference.
      largest = Math.max(largest, Math.abs((double) a[i] - b[i]));
    }
    return largest;
  }

  private static Verification scores(List<float[]> source, List<float[]> compiled) {
    double[] each = new double[source.size()];
    double leastSpread = Double.POSITIVE_INFINITY;
    double worstCorrelation = 1;
    for (int column = 0; column < source.get(0).length; column++) {
      double[] a = column(source, column);
      double[] b = column(compiled, column);
      double spread = spread(a);
      for (int i = 0; i < each.length; i++) {
        each[i] = Math.max(each[i], relative(Math.abs(a[i] - b[i]), spread));
      }
      leastSpread = Math.min(leastSpread, spread);
      worstCorrelation = Math.min(worstCorrelation, Ranks.correlation(a, b));
    }
    return new Verification(
        Terms.SCORES,
        source.size(),
        Differences.of(each, indices(each.length)),
        Optional.empty(),
        OptionalDouble.of(worstCorrelation),
        OptionalDouble.of(leastSpread));
  }

  private static Verification vectors(List<float[]> source, List<float[]> compiled) {
    double[] each = new double[source.size()];
    for (int i = 0; i < each.length; i++) {
      each[i] = Math.max(0, 1 - cosine(source.get(i), compiled.get(i)));
    }
    return new Verification(
        Terms.VECTORS,
        source.size(),
        Differences.of(each, indices(each.length)),
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double left = 0;
    double right = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      left += (double) a[i] * a[i];
      right += (double) b[i] * b[i];
    }
    return product / Math.sqrt(left * right);
  }

  /** Scores that are all alike have no spread to be relative to. */
  private static double relative(double difference, double spread) {
    return spread > 0 ? difference / spread : difference;
  }

  /** The standard deviation of scores. */
  private static double spread(double[] scores) {
    double mean = Arrays.stream(scores).average().orElseThrow();
    return Math.sqrt(
        Arrays.stream(scores)
            .map(score -> (score - mean) * (score - mean))
            .average()
            .orElseThrow());
  }

  private static double[] column(List<float[]> rows, int column) {
    return rows.stream().mapToDouble(row -> row[column]).toArray();
  }

  private static int[] indices(int count) {
    return IntStream.range(0, count).toArray();
  }

  /** What the comparison could not show, although it was passed. */
  public List<Doubt> doubts() {
    List<Doubt> doubts = new ArrayList<>();
    int clear = labels.map(LabelCounts::clear).orElse(FEW);
    if (clear < FEW) {
      doubts.add(clear == 0 ? Doubt.NO_CLEAR_LABEL : Doubt.FEW_CLEAR_LABELS);
    }
    if (spread.isPresent() && !(spread.getAsDouble() > 0)) {
      doubts.add(Doubt.SCORES_ALL_ALIKE);
    }
    return doubts;
  }
}
