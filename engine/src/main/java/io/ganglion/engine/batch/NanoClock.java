package io.ganglion.engine.batch;

/** A monotonic clock in nanoseconds. Never negative, so that plain comparison is safe. */
@FunctionalInterface
public interface NanoClock {
  /**
   * The longest duration that may be added to a time of the clock: over a century, and far from
   * overflow.
   */
  long LONGEST_NS = Long.MAX_VALUE / 2;

  long nanoTime();

  /** The machine's clock; it starts at 0 on first use. */
  static NanoClock system() {
    return SystemNanoClock::now;
  }
}
