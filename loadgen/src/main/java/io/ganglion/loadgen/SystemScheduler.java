package io.ganglion.loadgen;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Uses the machine's time and the single thread of an executor. */
@SuppressWarnings("FutureReturnValueIgnored") // tasks handle their failures
record SystemScheduler(ScheduledExecutorService executor) implements Scheduler {
  @Override
  public long nowNs() {
    return System.nanoTime();
  }

  @Override
  public void after(long delayNs, Runnable task) {
    if (delayNs <= 0) {
      executor.execute(task);
    } else {
      executor.schedule(task, delayNs, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public boolean await(CountDownLatch latch, long untilNs) throws InterruptedException {
    return latch.await(untilNs - nowNs(), TimeUnit.NANOSECONDS);
  }
}
