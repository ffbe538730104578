package io.ganglion.loadgen;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Measures a server's capacity in a closed loop. Then offers loads from 10 to 150 % of it, and
 * measures for each the share of requests that is answered within the objective's limit. A load
 * keeps the objective if that share reaches the objective's percentile. A failed request counts as
 * late. MLPerf's Server scenario asks the same question for one load.
 */
final class LoadSweep {
  /** Carries out a plan. */
  interface Runner {
    RunReport run(LoadPlan plan) throws InterruptedException;
  }

  private static final String TITLE = "sweep of loads";

  private final Runner runner;
  private final SweepPlan plan;
  private final Slo objective;
  private final BooleanSupplier interrupted;
  private final PrintStream log;
  private final List<Trial> trials = new ArrayList<>();

  /**
   * Creates a sweep.
   *
   * @param interrupted tells whether the sweep, and with it the run that just ended, was cut short
   */
  LoadSweep(
      Runner runner, SweepPlan plan, Slo objective, BooleanSupplier interrupted, PrintStream log) {
    this.runner = runner;
    this.plan = plan;
    this.objective = objective;
    this.interrupted = interrupted;
    this.log = log;
  }

  RateStudy run() throws InterruptedException {
    LoadPlan first = plan.capacity();
    log.printf(
        "capacity: a closed loop of %d clients, %s and %s to warm up%n",
        first.clients(), seconds(first.duration()), seconds(first.warmUp()));
    RunReport closed = runner.run(first);
    if (!closed.verdict().good()) {
      String why = "the capacity was not measured: " + closed.verdict().reasons();
      return study(why, false, OptionalDouble.empty(), closed);
    }
    double capacity = closed.throughput();
    log.printf(
        "capacity: %s; loads from %d to %d %% of it follow, %s in all%n",
        Figures.rate(capacity), SweepPlan.LOWEST, SweepPlan.HIGHEST, seconds(plan.total(capacity)));
    for (int percent : SweepPlan.percents().toArray()) {
      RunReport report = runner.run(plan.at(capacity * percent / 100));
      if (interrupted.getAsBoolean()) {
        String why = "the sweep was interrupted after " + trials.size() + " loads: ";
        return study(why + sentence(capacity), false, OptionalDouble.of(capacity), closed);
      }
      trials.add(new Trial(report, whyMissed(report)));
      logLast(percent);
    }
    return study(sentence(capacity), true, OptionalDouble.of(capacity), closed);
  }

  private RateStudy study(
      String sentence, boolean good, OptionalDouble capacity, RunReport closed) {
    return new RateStudy(
        TITLE, sentence, good, List.of(objective), capacity, trials, Optional.of(closed));
  }

  private Optional<String> whyMissed(RunReport report) {
    if (!report.verdict().loadValid()) {
      return Optional.of(report.verdict().reasons());
    }
    double attained = 100 * report.attainment(objective);
    return attained >= objective.percentile()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT, "%.2f %% within %s ms", attained, Figures.plain(objective.limitMs())));
  }

  private void logLast(int percent) {
    Trial trial = trials.get(trials.size() - 1);
    log.printf(
        Locale.ROOT,
        "load %3d %%  %,10.1f/s  p50 %8.2f ms  p99 %8.2f ms  attained %6.2f %%  %s%n",
        percent,
        trial.rate(),
        trial.run().latencyMs(50),
        trial.run().latencyMs(99),
        100 * trial.run().attainment(objective),
        trial.missed().map(why -> "missed: " + why).orElse("kept"));
  }

  /**
   * Names loads that missed the objective below the highest load that kept it, for instance because
   * of a cold start or another process.
   */
  private String sentence(double capacity) {
    Optional<Trial> highest = trials.stream().filter(Trial::kept).reduce((lower, higher) -> higher);
    if (highest.isEmpty()) {
      return "no load tried keeps " + objective.inWords();
    }
    double peak = highest.get().rate();
    String missed =
        trials.stream()
            .filter(trial -> !trial.kept() && trial.rate() < peak)
            .map(trial -> percent(trial.rate(), capacity))
            .collect(Collectors.joining(", "));
    return Figures.rate(peak)
        + ", "
        + percent(peak, capacity)
        + " of the capacity of "
        + Figures.rate(capacity)
        + ", keep "
        + objective.inWords()
        + (missed.isEmpty() ? "" : "; lower loads missed it: " + missed);
  }

  private static String percent(double rate, double capacity) {
    return Math.round(100 * rate / capacity) + " %";
  }

  private static String seconds(java.time.Duration duration) {
    return Figures.plain(duration.toMillis() / 1000.0) + " s";
  }
}
