package io.ganglion.compiler.cli.tensorflow;

import io.ganglion.compiler.Interrupted;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks long work to stop when the process gets SIGINT or SIGTERM, and lets the process end only
 * when the work has. Any thread may ask whether the request is made.
 */
final class StopRequest implements AutoCloseable {
  /** A step and its checkpoint take seconds, those of the largest models a minute. */
  private static final long LONGEST_WAIT_S = 180;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Runnable announcement;
  private final Interrupted onSignal;
  private volatile boolean made;

  private StopRequest(Runnable announcement) {
    this.announcement = announcement;
    this.onSignal = Interrupted.then(this::ask);
  }

  /**
   * Listens until it is closed.
   *
   * @param announcement tells the user that the signal was heard; called on a thread of its own
   */
  static StopRequest onSignal(Runnable announcement) {
    return new StopRequest(announcement);
  }

  boolean isMade() {
    return made;
  }

  private void ask() {
    made = true;
    announcement.run();
    try {
      if (!ended.await(LONGEST_WAIT_S, TimeUnit.SECONDS)) {
        return; // the process ends without it
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The work has ended: a process that waits for it may end, too. */
  @Override
  public void close() {
    ended.countDown();
    onSignal.close();
  }
}
