package io.ganglion.loadgen;

import io.ganglion.cli.Durations;
import io.ganglion.cli.UsageException;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * The plan of a run.
 *
 * @param clients number of concurrent clients
 * @param inFlight most unanswered requests of one client
 * @param cycle number of counted requests of each client in a closed loop
 * @param duration length of the counted part; a closed loop may end earlier, by its cycle
 * @param warmUp length of the part before, which is not counted
 * @param rate requests per second of an open loop; empty for a closed loop
 * @param arrivals distribution of arrivals in an open loop
 * @param seed seed of pairs and arrivals
 * @param sweep whether to send the pairs in order instead of at random
 * @param cancelFraction share of requests to cancel, 0 to 1
 */
record LoadPlan(
    int clients,
    int inFlight,
    long cycle,
    Duration duration,
    Duration warmUp,
    OptionalDouble rate,
    Schedule.Arrivals arrivals,
    long seed,
    boolean sweep,
    double cancelFraction) {

  /** Stands for no limit. */
  static final Duration UNLIMITED = Durations.LONGEST;

  LoadPlan {
    check(clients >= 1 && clients <= 100_000, "--clients must be from 1 to 100000");
    check(inFlight >= 1 && inFlight <= 100_000, "--in-flight must be from 1 to 100000");
    check(cycle >= 1, "--cycle must be at least 1");
    check(!duration.isNegative() && !duration.isZero(), "--duration must be positive");
    check(!warmUp.isNegative(), "--warmup must not be negative");
    check(rate.isEmpty() || rate.getAsDouble() > 0, "--rate must be positive");
    check(rate.isEmpty() || rate.getAsDouble() <= 1e7, "--rate must be at most 10000000");
    check(cancelFraction >= 0 && cancelFraction <= 1, "--cancel-fraction must be from 0 to 1");
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new UsageException(message);
    }
  }

  static LoadPlan of(LoadOptions options) {
    boolean open = options.rate != null || options.findPeak || options.sweepLoad;
    long defaultCycle = options.duration != null ? Long.MAX_VALUE : options.pair != null ? 1 : 128;
    Duration defaultDuration = open ? Duration.ofSeconds(10) : UNLIMITED;
    check(!(open && options.cycle != null), "--cycle is for a closed loop; use --duration");
    check(
        !(options.findPeak && options.rate != null),
        "--find-peak finds the rate: leave --rate away");
    check(
        !(options.sweepLoad && (options.rate != null || options.findPeak)),
        "--sweep-load chooses the rates: leave --rate and --find-peak away");
    return new LoadPlan(
        options.pair != null ? 1 : options.clients,
        options.inFlight != null ? options.inFlight : open ? 1000 : 1,
        options.cycle != null ? options.cycle : defaultCycle,
        options.duration != null ? options.duration : defaultDuration,
        options.warmUp == null ? Duration.ZERO : options.warmUp,
        options.rate == null ? OptionalDouble.empty() : OptionalDouble.of(options.rate),
        options.arrivals,
        options.seed,
        options.sweep,
        options.cancelFraction);
  }

  LoadPlan atRate(double newRate) {
    return new LoadPlan(
        clients,
        inFlight,
        Long.MAX_VALUE,
        duration,
        warmUp,
        OptionalDouble.of(newRate),
        arrivals,
        seed,
        sweep,
        cancelFraction);
  }

  LoadPlan lasting(Duration newWarmUp, Duration newDuration) {
    return new LoadPlan(
        clients,
        inFlight,
        cycle,
        newDuration,
        newWarmUp,
        rate,
        arrivals,
        seed,
        sweep,
        cancelFraction);
  }

  LoadPlan withInFlight(int newInFlight) {
    return new LoadPlan(
        clients,
        newInFlight,
        Long.MAX_VALUE,
        duration,
        warmUp,
        rate,
        arrivals,
        seed,
        sweep,
        cancelFraction);
  }

  Schedule schedule() {
    return Schedule.of(arrivals, rate.orElseThrow(), seed);
  }
}
