package io.ganglion.loadgen;

import java.util.SplittableRandom;

/** When requests are meant to be sent, whatever the server does. Gives offsets in order. */
interface Schedule {
  /** Nanoseconds from the start of the run to the next request. */
  long nextNs();

  /** How arrivals are spread. Spelled in lower case on the command line. */
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

  /** How many requests fall in {@code [fromNs, toNs)}; uses the schedule up. */
  static long count(Schedule schedule, long fromNs, long toNs) {
    long count = 0;
    for (long at = schedule.nextNs(); at < toNs; at = schedule.nextNs()) {
      count += at >= fromNs ? 1 : 0;
    }
    return count;
  }
}
