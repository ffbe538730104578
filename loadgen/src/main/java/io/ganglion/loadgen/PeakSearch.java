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
 * Searches the highest rate at which every objective is kept, no request fails and the run is
 * valid. Doubles the rate until a run fails, then halves the gap until it is within 5 %. While
 * doubling, a rate must fail twice, because both sides are still cold and a failure bounds all
 * later rates.
 */
final class PeakSearch {
  /** Runs the load at a rate. */
  interface Load {
    RunReport at(double rate) throws InterruptedException;
  }

  private static final double FIRST_RATE = 50;
  private static final double PRECISION = 1.05;
  private static final double HIGHEST_RATE = 1e6;
  private static final double LOWEST_RATE = 0.1;

  private final Load load;
  private final List<Slo> objectives;
  private final BooleanSupplier interrupted;
  private final PrintStream log;
  private final List<Trial> trials = new ArrayList<>();
  private double kept;
  private double missed = Double.POSITIVE_INFINITY;
  private Optional<RunReport> best = Optional.empty();

  /** Ends the search when it was interrupted during a trial. */
  private Optional<RunReport> cut = Optional.empty();

  /**
   * Creates a search.
   *
   * @param interrupted tells whether the search, and with it the trial that just ended, was cut
   *     short
   */
  PeakSearch(Load load, List<Slo> objectives, BooleanSupplier interrupted, PrintStream log) {
    this.load = load;
    this.objectives = objectives;
    this.interrupted = interrupted;
    this.log = log;
  }

  /**
   * Runs the search. The result has all trials, and details of the highest rate that kept the
   * objectives.
   */
  RateStudy find() throws InterruptedException {
    double rate = FIRST_RATE;
    while (cut.isEmpty()
        && rate <= HIGHEST_RATE
        && rate >= LOWEST_RATE
        && missed / kept > PRECISION) {
      boolean doubling = missed == Double.POSITIVE_INFINITY;
      if (!keeps(rate) && doubling && cut.isEmpty()) {
        keeps(rate);
      }
      rate = next();
    }
    return new RateStudy(
        "search for the highest rate",
        sentence(),
        cut.isEmpty() && best.isPresent(),
        objectives,
        OptionalDouble.empty(),
        trials,
        best.or(() -> cut));
  }

  private String sentence() {
    String objective = objectives.stream().map(Slo::inWords).collect(Collectors.joining(" and "));
    if (cut.isPresent()) {
      String sofar =
          best.isPresent()
              ? Figures.rate(kept) + " keep " + objective + ", and more may"
              : "no rate is known to keep " + objective;
      return "the search was interrupted: " + sofar;
    }
    return best.isPresent()
        ? Figures.rate(kept) + " keep " + objective
        : "not even " + Figures.rate(missed) + " keep " + objective;
  }

  private double next() {
    if (kept == 0) {
      return missed / 4;
    }
    return missed == Double.POSITIVE_INFINITY ? kept * 2 : (kept + missed) / 2;
  }

  private boolean keeps(double rate) throws InterruptedException {
    RunReport report = load.at(rate);
    if (interrupted.getAsBoolean()) {
      cut = Optional.of(report);
      return false;
    }
    Trial trial = new Trial(report, whyMissed(report));
    trials.add(trial);
    if (trial.kept()) {
      kept = rate;
      missed = missed == rate ? Double.POSITIVE_INFINITY : missed;
      best = Optional.of(report);
    } else {
      missed = rate;
    }
    log.printf(
        Locale.ROOT,
        "rate %,10.1f/s  p50 %8.2f ms  p99 %8.2f ms  %s%n",
        rate,
        report.latencyMs(50),
        report.latencyMs(99),
        trial.missed().map(why -> "missed: " + why).orElse("kept"));
    return trial.kept();
  }

  private Optional<String> whyMissed(RunReport report) {
    if (report.counts().failed() > 0) {
      return Optional.of(report.counts().failed() + " requests failed");
    }
    for (Slo objective : objectives) {
      if (!objective.keptBy(report)) {
        return Optional.of(objective.toString());
      }
    }
    return report.verdict().good() ? Optional.empty() : Optional.of(report.verdict().reasons());
  }
}
