package io.ganglion.bench.report;

import io.ganglion.bench.measure.Answers;
import java.util.List;

/** What became of a row of the table. */
public sealed interface RowResult {
  /** The row's name. */
  String name();

  /**
   * One turn of a row.
   *
   * @param rate inferences a second
   * @param cores processor time over wall time
   */
  record Round(double rate, double cores) {}

  /**
   * It ran.
   *
   * @param setting in words
   * @param rounds at least one
   * @param answers of the pairs it ran
   */
  record Measured(String name, String setting, List<Round> rounds, Answers answers)
      implements RowResult {
    public Measured {
      rounds = List.copyOf(rounds);
      if (rounds.isEmpty()) {
        throw new IllegalArgumentException(name + " ran in no round");
      }
    }

    /** Inferences a second, one a round. */
    public List<Double> rates() {
      return rounds.stream().map(Round::rate).toList();
    }

    /** Inferences a second over the rounds. */
    public Spread spread() {
      return Spread.of(rounds.stream().mapToDouble(Round::rate).toArray());
    }

    /** Processors that were busy, over the rounds. */
    public Spread cores() {
      return Spread.of(rounds.stream().mapToDouble(Round::cores).toArray());
    }
  }

  /** It did not run, and why. */
  record NotRun(String name, String reason) implements RowResult {}
}
