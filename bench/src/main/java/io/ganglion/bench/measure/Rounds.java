package io.ganglion.bench.measure;

import io.ganglion.bench.engine.EngineException;
import io.ganglion.bench.model.ModelException;
import io.ganglion.bench.report.RowResult;
import io.ganglion.bench.report.RowResult.Round;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Opens rows and measures them in turns: every round runs each row once, in an order that shifts
 * with the round, so that a slow minute of the machine hits all alike.
 */
public final class Rounds {
  private final int rounds;
  private final double secondsPerRound;
  private final Consumer<String> progress;

  public Rounds(int rounds, double secondsPerRound, Consumer<String> progress) {
    this.rounds = rounds;
    this.secondsPerRound = secondsPerRound;
    this.progress = progress;
  }

  /** Runs all rows; a row that cannot run says why, and the others go on. */
  public List<RowResult> run(Map<String, Rows.Opener> rows) throws InterruptedException {
    Map<String, String> failures = new LinkedHashMap<>();
    Map<String, Contender> open = new LinkedHashMap<>();
    Map<String, List<Round>> rates = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, Rows.Opener> row : rows.entrySet()) {
        progress.accept("calibrating " + row.getKey());
        try {
          open.put(row.getKey(), row.getValue().open());
          rates.put(row.getKey(), new ArrayList<>());
        } catch (ModelException | EngineException e) {
          failures.put(row.getKey(), String.valueOf(e.getMessage()));
        }
      }
      for (int round = 0; round < rounds; round++) {
        runOnce(round, open, rates, failures);
      }
      return results(rows.keySet(), open, rates, failures);
    } finally {
      open.values().forEach(Contender::close);
    }
  }

  private void runOnce(
      int round,
      Map<String, Contender> open,
      Map<String, List<Round>> rates,
      Map<String, String> failures)
      throws InterruptedException {
    progress.accept("round " + (round + 1) + " of " + rounds);
    List<String> names = new ArrayList<>(rates.keySet());
    for (int i = 0; i < names.size(); i++) {
      String name = names.get((i + round) % names.size());
      Contender contender = open.get(name);
      List<Round> of = rates.get(name);
      if (contender == null || of == null) {
        continue;
      }
      try {
        of.add(measure(contender));
      } catch (EngineException e) {
        failures.put(name, String.valueOf(e.getMessage()));
        rates.remove(name);
      }
    }
  }

  private Round measure(Contender contender) throws EngineException, InterruptedException {
    double processorSeconds = contender.processorSeconds();
    long start = System.nanoTime();
    double rate = contender.measure(secondsPerRound);
    double elapsed = (System.nanoTime() - start) / 1e9;
    return new Round(rate, (contender.processorSeconds() - processorSeconds) / elapsed);
  }

  private static List<RowResult> results(
      Iterable<String> names,
      Map<String, Contender> open,
      Map<String, List<Round>> rates,
      Map<String, String> failures) {
    List<RowResult> results = new ArrayList<>();
    for (String name : names) {
      Contender contender = open.get(name);
      List<Round> of = rates.get(name);
      if (contender != null && of != null && !of.isEmpty()) {
        results.add(new RowResult.Measured(name, contender.setting(), of, contender.answers()));
      } else {
        results.add(
            new RowResult.NotRun(name, failures.getOrDefault(name, "no round was asked for")));
      }
    }
    return results;
  }
}
