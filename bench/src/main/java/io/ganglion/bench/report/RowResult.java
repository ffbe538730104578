package io.ganglion.bench.report;

import io.ganglion.bench.measure.Answers;
import java.util.List;

/** What became of a row of the table. */
public sealed interface RowResult {
  /** The row's name. */
  String name();

  /**
   * It ran.
   *
   * @param setting in words
   * @param rates inferences a second, one a round
   * @param answers of the pairs it ran
   */
  record Measured(String name, String setting, List<Double> rates, Answers answers)
      implements RowResult {
    public Measured {
      rates = List.copyOf(rates);
    }

    /** Over the rounds. */
    public Spread spread() {
      return Spread.of(rates.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }

  /** It did not run, and why. */
  record NotRun(String name, String reason) implements RowResult {}
}
