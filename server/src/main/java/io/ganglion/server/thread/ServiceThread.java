package io.ganglion.server.thread;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A named thread that does its work turn by turn until the work is done or it is stopped. Whatever
 * a turn throws, Errors included, is told to {@link ThreadEvents}, and after a pause comes the next
 * turn. Thread-safe. A daemon: it does not keep the process alive.
 *
 * <p>It does not clean up after a turn that failed: what a turn must not leave behind, it mends
 * itself.
 */
public final class ServiceThread {
  /** The work of one turn. */
  @FunctionalInterface
  public interface Work {
    /** False once there is nothing more to do, ever. */
    boolean turn() throws InterruptedException;
  }

  /** Work that comes again at each interval. */
  @FunctionalInterface
  public interface Task {
    void run() throws InterruptedException;
  }

  /** A turn that fails at once each time must not take a processor, nor fill the log. */
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

  /** One turn after the other; the work itself waits for what is to be done. */
  public static ServiceThread of(String name, ThreadEvents events, Work work) {
    return new ServiceThread(name, events, 0, work);
  }

  /** One turn at the end of each interval, until the thread is stopped. */
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

  /** Ends the thread at its next pause; it is not interrupted. Idempotent. */
  public void stop() {
    stopping.countDown();
  }

  /** Interrupts what the thread waits for. */
  public void interrupt() {
    thread.interrupt();
  }

  /** Waits, on the thread itself. True if it was stopped meanwhile. */
  public boolean pause(long ns) throws InterruptedException {
    return stopping.await(ns, TimeUnit.NANOSECONDS);
  }

  /** True if the thread has ended, or was never started; waits for it at most that long. */
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
      Thread.currentThread().interrupt(); // whoever interrupts it wants it to end
    }
  }

  private void tell(Throwable failure) {
    try {
      events.onThreadFailure(thread.getName(), failure);
    } catch (RuntimeException | Error e) {
      // There may be no memory or descriptor left to tell it with: the work matters more.
    }
  }
}
