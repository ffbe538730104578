package io.ganglion.loadgen;

import java.util.concurrent.CountDownLatch;

/**
 * Time as a run knows it. Everything in this package that waits or asks for the time does it here,
 * so that a test can run an hour of load in a moment.
 */
interface Scheduler {
  /** Nanoseconds since some moment; never goes back. Any thread. */
  long nowNs();

  /**
   * Runs a task once, when so much time has passed; at once if none is left. All tasks run on one
   * thread, which they must not block. Any thread may call this.
   */
  void after(long delayNs, Runnable task);

  /**
   * Waits for a latch, but not beyond a moment. Not to be called by a task.
   *
   * @param untilNs on the clock of {@link #nowNs}
   * @return whether the latch is open
   */
  boolean await(CountDownLatch latch, long untilNs) throws InterruptedException;
}
