package io.ganglion.server.batch;

/** A monotonic clock in nanoseconds. Never negative, so that plain comparison is safe. */
@FunctionalInterface
public interface NanoClock {
  /** Longest time that may be added to one of the clock: far from overflow, and over a century. */
  long LONGEST_NS = Long.MAX_VALUE / 2;

  long nanoTime();

  /** The machine's clock, counted from the first use. */
  static NanoClock system() {
    return SystemNanoClock::now;
  }
}
