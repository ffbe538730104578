package io.ganglion.engine.batch;

/** The only place in the server that reads the machine's monotonic clock. */
final class SystemNanoClock {
  private static final long ORIGIN = System.nanoTime();

  private SystemNanoClock() {}

  static long now() {
    return System.nanoTime() - ORIGIN;
  }
}
