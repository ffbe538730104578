package io.ganglion.server.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ganglion.engine.batch.NanoClock;
import io.ganglion.engine.thread.ServiceThread;
import io.ganglion.engine.thread.ThreadEvents;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Prints the number of answered requests each second, while there are any, and at the end the
 * average over the seconds with answers. Thread-safe.
 */
public final class ThroughputMeter {
  private static final long SECOND_NS = 1_000_000_000L;

  private final PrintStream out;
  private final NanoClock clock;
  private final LongAdder answered = new LongAdder();

  @GuardedBy("this")
  private @Nullable ServiceThread printer;

  // Touched by the printing thread, then by the thread that joined it.
  private long lastCount;
  private long lastNs;
  private long busyNs;
  private boolean busy;

  public ThroughputMeter(PrintStream out, NanoClock clock) {
    this.out = out;
    this.clock = clock;
  }

  public synchronized void start(ThreadEvents events) {
    lastNs = clock.nanoTime();
    printer =
        ServiceThread.periodic(
            "ganglion-throughput", events, SECOND_NS, () -> tick(clock.nanoTime(), true));
    printer.start();
  }

  /** Counts an answered request. */
  public void mark() {
    answered.increment();
  }

  private void tick(long nowNs, boolean show) {
    long count = answered.sum();
    long elapsedNs = Math.max(1, nowNs - lastNs);
    long inThisTick = count - lastCount;
    if (show && (inThisTick > 0 || busy)) {
      out.println("current throughput " + Math.round(inThisTick * (double) SECOND_NS / elapsedNs));
      out.flush();
    }
    busy = inThisTick > 0;
    busyNs += busy ? elapsedNs : 0;
    lastCount = count;
    lastNs = nowNs;
  }

  /** Stops and prints the average. Does nothing if it was not started or was stopped before. */
  public synchronized void stop() throws InterruptedException {
    ServiceThread ending = printer;
    if (ending == null) {
      return;
    }
    printer = null;
    ending.stop();
    if (!ending.awaitEnd(SECOND_NS)) {
      return; // nobody reads its output
    }
    tick(clock.nanoTime(), false);
    double average = busyNs == 0 ? 0 : lastCount * (double) SECOND_NS / busyNs;
    out.printf(Locale.ROOT, "answered %d requests%n", lastCount);
    out.printf(Locale.ROOT, "Average throughput: %.1f%n", average);
    out.flush();
  }
}
