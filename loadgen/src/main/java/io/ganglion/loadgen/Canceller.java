package io.ganglion.loadgen;

import java.util.SplittableRandom;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Cancels a share of the requests, each up to 20 ms after it was sent. Any thread. */
@SuppressWarnings("FutureReturnValueIgnored") // a cancellation cannot fail
final class Canceller {
  private static final long LONGEST_NS = 20_000_000;

  private final double fraction;
  private final SplittableRandom random;
  private final ScheduledExecutorService timer;

  Canceller(double fraction, long seed, ScheduledExecutorService timer) {
    this.timer = timer;
    this.fraction = fraction;
    this.random = new SplittableRandom(seed);
  }

  void mayCancel(Runnable cancel) {
    long delayNs;
    synchronized (random) {
      if (random.nextDouble() >= fraction) {
        return;
      }
      delayNs = random.nextLong(LONGEST_NS);
    }
    timer.schedule(cancel, delayNs, TimeUnit.NANOSECONDS);
  }
}
