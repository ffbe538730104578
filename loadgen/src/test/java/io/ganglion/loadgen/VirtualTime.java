package io.ganglion.loadgen;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Time that moves only when somebody waits, directly from one task to the next. Everything runs on
 * the waiting thread, in the order of time and then of scheduling, so a run is the same each time.
 */
final class VirtualTime implements Scheduler {
  private record Task(long atNs, long number, Runnable action) {}

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::atNs).thenComparingLong(Task::number));
  private long nowNs;
  private long scheduled;

  /** The clock may start at any time, even below 0. */
  VirtualTime(long startNs) {
    this.nowNs = startNs;
  }

  static long ms(double ms) {
    return Math.round(ms * 1e6);
  }

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public void after(long delayNs, Runnable task) {
    tasks.add(new Task(nowNs + Math.max(0, delayNs), scheduled++, task));
  }

  /** Lets time pass within a task, like a slow task. */
  void spend(long ns) {
    nowNs += ns;
  }

  /** Runs all tasks that are due within this time. */
  void pass(long ns) {
    long untilNs = nowNs + ns;
    runUntil(untilNs, new CountDownLatch(1));
    nowNs = Math.max(nowNs, untilNs);
  }

  @Override
  public boolean await(CountDownLatch latch, long untilNs) {
    runUntil(untilNs, latch);
    if (latch.getCount() == 0) {
      return true;
    }
    if (tasks.isEmpty()) {
      throw new AssertionError(
          "nothing is left to do at "
              + TimeUnit.NANOSECONDS.toMillis(nowNs)
              + " ms, and the latch is not open");
    }
    nowNs = Math.max(nowNs, untilNs);
    return false;
  }

  private void runUntil(long untilNs, CountDownLatch latch) {
    while (latch.getCount() > 0 && !tasks.isEmpty() && tasks.peek().atNs() <= untilNs) {
      Task task = tasks.remove();
      nowNs = Math.max(nowNs, task.atNs());
      task.action().run();
    }
  }
}
