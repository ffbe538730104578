package io.ganglion.core.cpu;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets as many threads of cores compute at once as there are processors. More would only evict each
 * other's matrices from the caches whenever the scheduler switches. Thread-safe.
 */
final class Turns {
  /** Of all cores in this process, whatever their model. */
  static final Turns OF_PROCESS =
      new Turns(Runtime.getRuntime().availableProcessors(), Duration.ofSeconds(10));

  private final int processors;
  private final Duration patience;
  private final Semaphore free;

  /**
   * @param patience longer than a group of requests takes: whoever holds a turn that long hangs
   */
  Turns(int processors, Duration patience) {
    this.processors = processors;
    this.patience = patience;
    free = new Semaphore(processors, true);
  }

  /**
   * Runs the work of {@code threads} threads in its turn. One that waited in vain runs all the same
   * and leaves a turn behind, in place of the one that will not come back; so does an interrupted
   * one, without.
   */
  void run(int threads, Runnable work) {
    int share = Math.min(threads, processors);
    boolean leaves = true;
    try {
      var unused = free.tryAcquire(share, patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      leaves = false;
    }
    try {
      work.run();
    } finally {
      if (leaves) {
        free.release(share);
      }
    }
  }
}
