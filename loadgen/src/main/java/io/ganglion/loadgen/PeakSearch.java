package io.ganglion.loadgen;

import io.ganglion.cli.FailureException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Searches the highest rate at which every objective is kept, no request fails and the run is
 * valid: doubles until one fails, then halves the gap until it is within 5 %. While it doubles, a
 * rate must fail twice: both sides are cold then, and the first failure bounds all that follows.
 */
final class PeakSearch {
  /** Runs the load at a rate. */
  interface Trial {
    RunReport at(double rate) throws InterruptedException;
  }

  private static final double FIRST_RATE = 50;
  private static final double PRECISION = 1.05;
  private static final double HIGHEST_RATE = 1e6;
  private static final double LOWEST_RATE = 0.1;

  private final Trial trial;
  private final List<Slo> objectives;
  private final BooleanSupplier interrupted;
  private final PrintStream log;
  private double kept;
  private double missed = Double.POSITIVE_INFINITY;
  private @Nullable RunReport best;

  /** The trial during which the search was interrupted. */
  private @Nullable RunReport cut;

  /**
   * A search that has not begun.
   *
   * @param interrupted whether the search, and with it the trial that just ended, was cut short
   */
  PeakSearch(Trial trial, List<Slo> objectives, BooleanSupplier interrupted, PrintStream log) {
    this.trial = trial;
    this.objectives = objectives;
    this.interrupted = interrupted;
    this.log = log;
  }

  /** The report of the highest rate that was kept; not a valid one if there may be a higher. */
  RunReport find() throws InterruptedException {
    double rate = FIRST_RATE;
    while (cut == null
        && rate <= HIGHEST_RATE
        && rate >= LOWEST_RATE
        && missed / kept > PRECISION) {
      boolean doubling = missed == Double.POSITIVE_INFINITY;
      if (!keeps(rate) && doubling && cut == null) {
        keeps(rate);
      }
      rate = next();
    }
    RunReport found = best;
    RunReport last = cut;
    if (last != null) {
      return found == null ? last : found.invalidBecause("the search was interrupted");
    }
    if (found == null) {
      throw new FailureException(
          String.format(
              Locale.ROOT, "Not even %.1f requests/s keep %s", Math.max(rate, missed), objectives));
    }
    return found;
  }

  private double next() {
    if (kept == 0) {
      return missed / 4;
    }
    return missed == Double.POSITIVE_INFINITY ? kept * 2 : (kept + missed) / 2;
  }

  private boolean keeps(double rate) throws InterruptedException {
    RunReport report = trial.at(rate);
    if (interrupted.getAsBoolean()) {
      cut = report;
      return false;
    }
    String why = whyMissed(report);
    if (why == null) {
      kept = rate;
      missed = missed == rate ? Double.POSITIVE_INFINITY : missed;
      best = report;
    } else {
      missed = rate;
    }
    log.printf(
        Locale.ROOT,
        "rate %,10.1f/s  p50 %8.2f ms  p99 %8.2f ms  %s%n",
        rate,
        report.latencyMs(50),
        report.latencyMs(99),
        why == null ? "kept" : "missed: " + why);
    return why == null;
  }

  private @Nullable String whyMissed(RunReport report) {
    if (report.failed() > 0) {
      return report.failed() + " requests failed";
    }
    for (Slo objective : objectives) {
      if (!objective.keptBy(report)) {
        return objective.toString();
      }
    }
    return report.valid() ? null : report.invalid().get(0);
  }
}
