package io.ganglion.bench.report;

import io.ganglion.runtime.model.Precision;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What rates are held against beside each other: the tokens of a pair, and what this machine's
 * units could do with it.
 *
 * @param tokens of the mean pair, without padding
 * @param operations that the mean pair needs
 * @param cores lent to each row
 * @param peaks operations a second of one core, by precision; may lack some
 */
public record Yardstick(double tokens, double operations, int cores, Map<Precision, Double> peaks) {
  public Yardstick {
    if (tokens <= 0 || operations <= 0 || cores < 1) {
      throw new IllegalArgumentException(
          "Nothing is measured with %s tokens, %s operations, %s cores"
              .formatted(tokens, operations, cores));
    }
    peaks = Map.copyOf(peaks);
  }

  /** Tokens a second of each core lent. */
  public double tokensPerCore(double pairsPerSecond) {
    return pairsPerSecond * tokens / cores;
  }

  /** Share of what the cores lent could multiply; null where nobody measured that. */
  public @Nullable Double ofPeak(Precision precision, double pairsPerSecond) {
    Double peak = peaks.get(precision);
    return peak == null ? null : pairsPerSecond * operations / (cores * peak);
  }
}
