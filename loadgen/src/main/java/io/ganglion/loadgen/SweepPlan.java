package io.ganglion.loadgen;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The plan for trying loads from well below to well above a server's capacity.
 *
 * @param capacity closed loop that measures the capacity
 * @param load open loop whose rate and duration are set for each load
 * @param each length of each load; if empty, long enough for a meaningful result
 */
record SweepPlan(LoadPlan capacity, LoadPlan load, Optional<Duration> each) {
  /** The loads, in percent of the capacity. */
  static final int LOWEST = 10;

  static final int HIGHEST = 150;
  static final int STEP = 10;

  private static final Duration CAPACITY_WARM_UP = Duration.ofSeconds(5);
  private static final Duration CAPACITY_DURATION = Duration.ofSeconds(10);
  private static final Duration LOAD_WARM_UP = Duration.ofSeconds(1);

  /** Requests needed for a p99 that does not depend on a few slow requests. */
  private static final double TELLING_REQUESTS = 200;

  private static final Duration SHORTEST = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  static SweepPlan of(LoadOptions options) {
    LoadPlan given = LoadPlan.of(options);
    Optional<Duration> each = Optional.ofNullable(options.duration);
    Optional<Duration> warmUp = Optional.ofNullable(options.warmUp);
    LoadPlan capacity =
        given
            .lasting(warmUp.orElse(CAPACITY_WARM_UP), each.orElse(CAPACITY_DURATION))
            .withInFlight(options.inFlight == null ? 1 : options.inFlight);
    return new SweepPlan(
        capacity, given.lasting(warmUp.orElse(LOAD_WARM_UP), each.orElse(SHORTEST)), each);
  }

  static IntStream percents() {
    return IntStream.iterate(LOWEST, percent -> percent <= HIGHEST, percent -> percent + STEP);
  }

  /** The open loop at this rate per second. */
  LoadPlan at(double rate) {
    return load.atRate(rate).lasting(load.warmUp(), each.orElseGet(() -> telling(rate)));
  }

  /** The length of all loads together. */
  Duration total(double capacityRate) {
    return percents()
        .mapToObj(percent -> at(capacityRate * percent / 100))
        .map(plan -> plan.warmUp().plus(plan.duration()))
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static Duration telling(double rate) {
    double seconds = TELLING_REQUESTS / rate;
    if (seconds >= LONGEST.toSeconds()) {
      return LONGEST;
    }
    return seconds <= SHORTEST.toSeconds() ? SHORTEST : Duration.ofMillis((long) (seconds * 1000));
  }
}
