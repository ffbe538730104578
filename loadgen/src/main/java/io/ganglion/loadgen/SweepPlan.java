package io.ganglion.loadgen;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How loads from well below to well above a server's capacity are tried.
 *
 * @param capacity the closed loop that measures the capacity
 * @param load an open loop, whose rate and duration each load sets
 * @param each how long each load lasts; where it is not given, until it tells something
 */
record SweepPlan(LoadPlan capacity, LoadPlan load, Optional<Duration> each) {
  /** Of the capacity, in percent. */
  static final int LOWEST = 10;

  static final int HIGHEST = 150;
  static final int STEP = 10;

  private static final Duration CAPACITY_WARM_UP = Duration.ofSeconds(5);
  private static final Duration CAPACITY_DURATION = Duration.ofSeconds(10);
  private static final Duration LOAD_WARM_UP = Duration.ofSeconds(1);

  /** So many requests make a p99 that is more than the slowest of a few. */
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

  /** The load at a rate a second. */
  LoadPlan at(double rate) {
    return load.atRate(rate).lasting(load.warmUp(), each.orElseGet(() -> telling(rate)));
  }

  /** How long all loads last. */
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
