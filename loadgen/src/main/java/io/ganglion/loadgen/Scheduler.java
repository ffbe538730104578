package io.ganglion.loadgen;

import java.util.concurrent.CountDownLatch;

/**
 * The time of a run. All waiting and reading of time in this package goes through it, so that a
 * test can run an hour of load in a moment.
 */
interface Scheduler {
  /** Nanoseconds since a fixed moment; never goes back. Any thread. */
  long nowNs();

  /**
   * Runs a task once after this delay, or at once if it is not positive. All tasks run on one
   * thread, which they must not block. Any thread may call this.
   */
  void after(long delayNs, Runnable task);

  /**
   * Waits for a latch until a given time. Tasks must not call it.
   *
   * @param untilNs time on the clock of {@link #nowNs}
   * @return whether the latch is open
   */
  boolean await(CountDownLatch latch, long untilNs) throws InterruptedException;
}
