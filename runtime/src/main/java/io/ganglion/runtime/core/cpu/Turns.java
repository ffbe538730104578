package io.ganglion.runtime.core.cpu;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets as many cores compute at once as there are processors for. More would only evict each
 * other's matrices from the caches whenever the scheduler switches. Thread-safe.
 */
final class Turns {
  /** Longer than a group takes; whoever still holds a turn then hangs. */
  private static final long PATIENCE_SECONDS = 10;

  private final Semaphore free;

  Turns(int atOnce) {
    free = new Semaphore(atOnce, true);
  }

  /** For cores of {@code threads} threads on this machine. */
  static Turns ofMachine(int threads) {
    return new Turns(Math.max(1, Runtime.getRuntime().availableProcessors() / threads));
  }

  /** Runs the work in its turn, or without one if none comes or the thread is interrupted. */
  void run(Runnable work) {
    boolean mine = false;
    try {
      mine = free.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      work.run();
    } finally {
      if (mine) {
        free.release();
      }
    }
  }
}
