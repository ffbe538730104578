package io.ganglion.server.batch;

/** A monotonic clock in nanoseconds. Never negative, so that plain comparison is safe. */
@FunctionalInterface
public interface NanoClock {
  long nanoTime();

  /** The machine's clock, counted from the first use. */
  static NanoClock system() {
    return SystemNanoClock::now;
  }
}
