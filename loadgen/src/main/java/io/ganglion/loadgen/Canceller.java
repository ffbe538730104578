package io.ganglion.loadgen;

import java.util.SplittableRandom;

/** Cancels a share of the requests, each at most 20 ms after it was sent. Any thread. */
final class Canceller {
  private static final long LONGEST_NS = 20_000_000;

  private final double fraction;
  private final SplittableRandom random;
  private final Scheduler scheduler;

  Canceller(double fraction, long seed, Scheduler scheduler) {
    this.scheduler = scheduler;
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
    scheduler.after(delayNs, cancel);
  }
}
