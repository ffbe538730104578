package io.ganglion.loadgen;

import java.util.SplittableRandom;

/**
 * The times at which requests are intended to be sent, regardless of the server. Gives offsets in
 * order.
 */
interface Schedule {
  /** Nanoseconds from the start of the run to the next request. */
  long nextNs();

  /** The distribution of arrivals. Lower-case on the command line. */
  enum Arrivals {
    POISSON,
    CONSTANT;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  static Schedule of(Arrivals arrivals, double rate, long seed) {
    return switch (arrivals) {
      case CONSTANT -> constant(rate);
      case POISSON -> poisson(rate, seed);
    };
  }

  private static Schedule constant(double rate) {
    return new Schedule() {
      private long next;

      @Override
      public long nextNs() {
        return (long) (next++ * 1e9 / rate);
      }
    };
  }

  private static Schedule poisson(double rate, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new Schedule() {
      private double atNs;

      @Override
      public long nextNs() {
        atNs += -Math.log(1 - random.nextDouble()) * 1e9 / rate;
        return (long) atNs;
      }
    };
  }

  /** The number of requests in {@code [fromNs, toNs)}. Uses up the schedule. */
  static long count(Schedule schedule, long fromNs, long toNs) {
    long count = 0;
    for (long at = schedule.nextNs(); at < toNs; at = schedule.nextNs()) {
      count += at >= fromNs ? 1 : 0;
    }
    return count;
  }
}
