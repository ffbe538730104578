package io.ganglion.server;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends the process some time after it was asked to stop, even if something hangs or throws
 * meanwhile. Its thread is started beforehand, because there may be no memory for a thread when it
 * is needed. Thread-safe.
 */
final class ForcedEnd {
  private final Duration patience;
  private final Runnable end;
  private final CountDownLatch begun = new CountDownLatch(1);

  private ForcedEnd(Duration patience, Runnable end) {
    this.patience = patience;
    this.end = end;
  }

  /**
   * @param end called on its own thread, this long after {@link #begin}
   */
  static ForcedEnd prepare(Duration patience, Runnable end) {
    ForcedEnd forced = new ForcedEnd(patience, end);
    Thread thread = new Thread(forced::run, "ganglion-end");
    thread.setDaemon(true);
    thread.start();
    return forced;
  }

  void begin() {
    begun.countDown();
  }

  private void run() {
    try {
      begun.await();
      TimeUnit.NANOSECONDS.sleep(patience.toNanos());
    } catch (InterruptedException e) {
      return; // nobody interrupts this thread
    }
    end.run();
  }
}
