package io.ganglion.loadgen.attack;

import com.google.common.util.concurrent.Uninterruptibles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps processors as busy as an attacker does, and leaves the server alone: what a client loses by
 * that is not the server's fault. Thread-safe.
 */
public final class BusyWork implements AutoCloseable {
  /** Short against what the system gives a thread at once. */
  private static final long PERIOD_NS = 4_000_000;

  private final LongSupplier clock;
  private final CountDownLatch over = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Begins.
   *
   * @param cores how many processors to keep busy, such as 0.4
   * @param clock nanoseconds that never go back
   */
  public BusyWork(double cores, LongSupplier clock) {
    this.clock = clock;
    for (double left = cores; left > 0; left--) {
      long busyNs = (long) (Math.min(1, left) * PERIOD_NS);
      Thread thread = new Thread(() -> work(busyNs), "busy");
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void work(long busyNs) {
    long period = clock.getAsLong();
    while (over.getCount() > 0) {
      while (clock.getAsLong() - period < busyNs) {
        Thread.onSpinWait();
      }
      period += PERIOD_NS;
      long leftNs = period - clock.getAsLong();
      if (leftNs > 0) {
        var unused = Uninterruptibles.awaitUninterruptibly(over, leftNs, TimeUnit.NANOSECONDS);
      } else {
        period = clock.getAsLong(); // others had the processor: what is lost is not made up for
      }
    }
  }

  @Override
  public void close() {
    over.countDown();
    threads.forEach(Uninterruptibles::joinUninterruptibly);
  }
}
