package io.ganglion.engine.thread;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A named thread that works in turns until the work is done or it is stopped. Anything that a turn
 * throws, including Errors, is reported to {@link ThreadEvents}. After a pause the next turn
 * follows. Thread-safe. It is a daemon: it does not keep the process alive.
 *
 * <p>It does not clean up after a failed turn. A turn must clean up itself.
 */
public final class ServiceThread {
  /** Does the work of one turn. */
  @FunctionalInterface
  public interface Work {
    /** False once there is nothing more to do, ever. */
    boolean turn() throws InterruptedException;
  }

  /** Work that is repeated at an interval. */
  @FunctionalInterface
  public interface Task {
    void run() throws InterruptedException;
  }

  /**
   * Pause after a failed turn, so that a turn that always fails neither uses up a processor nor
   * fills the log.
   */
  private static final long FIRST_PAUSE_NS = 100_000_000;

  private static final long LONGEST_PAUSE_NS = 5_000_000_000L;

  private final ThreadEvents events;
  private final long intervalNs;
  private final Work work;
  private final Thread thread;
  private final CountDownLatch stopping = new CountDownLatch(1);

  private ServiceThread(String name, ThreadEvents events, long intervalNs, Work work) {
    this.events = events;
    this.intervalNs = intervalNs;
    this.work = work;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /** A thread that runs turns without a pause. The work itself waits for something to do. */
  public static ServiceThread of(String name, ThreadEvents events, Work work) {
    return new ServiceThread(name, events, 0, work);
  }

  /** A thread that runs one turn at the end of each interval, until it is stopped. */
  public static ServiceThread periodic(
      String name, ThreadEvents events, long intervalNs, Task task) {
    return new ServiceThread(
        name,
        events,
        intervalNs,
        () -> {
          task.run();
          return true;
        });
  }

  public void start() {
    thread.start();
  }

  /** Ends the thread at its next pause without interrupting it. Idempotent. */
  public void stop() {
    stopping.countDown();
  }

  /** Interrupts the thread. */
  public void interrupt() {
    thread.interrupt();
  }

  /** Pauses; called on the thread itself. Returns true if it was stopped meanwhile. */
  public boolean pause(long ns) throws InterruptedException {
    return stopping.await(ns, TimeUnit.NANOSECONDS);
  }

  /**
   * Waits for the thread to end, at most this long. Returns true if it has ended or was never
   * started.
   */
  public boolean awaitEnd(long ns) throws InterruptedException {
    if (ns > 0) {
      TimeUnit.NANOSECONDS.timedJoin(thread, ns);
    }
    return !thread.isAlive();
  }

  private void run() {
    long pauseNs = FIRST_PAUSE_NS;
    boolean more = true;
    try {
      while (more && (intervalNs == 0 || !pause(intervalNs))) {
        try {
          more = work.turn();
          pauseNs = FIRST_PAUSE_NS;
        } catch (RuntimeException | Error e) {
          tell(e);
          more = !pause(pauseNs);
          pauseNs = Math.min(LONGEST_PAUSE_NS, 2 * pauseNs);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // an interrupt asks it to end
    }
  }

  private void tell(Throwable failure) {
    try {
      events.onThreadFailure(thread.getName(), failure);
    } catch (RuntimeException | Error e) {
      // The report may fail for lack of memory or descriptors; the work matters more.
    }
  }
}
