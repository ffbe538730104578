package io.ganglion.server.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ganglion.engine.batch.NanoClock;
import io.ganglion.engine.thread.ServiceThread;
import io.ganglion.engine.thread.ThreadEvents;
import io.ganglion.server.log.EventLog;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Says the number of answered requests each second, or in another interval, while there are any,
 * and at the end the average over the intervals with answers. Thread-safe.
 */
public final class ThroughputMeter {
  private static final long SECOND_NS = 1_000_000_000L;

  private final EventLog log;
  private final NanoClock clock;
  private final boolean silent;
  private final long intervalNs;
  private final LongAdder answered = new LongAdder();

  @GuardedBy("this")
  private @Nullable ServiceThread printer;

  // Touched by the printing thread, then by the thread that joined it.
  private long lastCount;
  private long lastNs;
  private long busyNs;
  private boolean busy;

  /**
   * @param interval how often it says the throughput; zero: only at the end
   */
  public ThroughputMeter(EventLog log, NanoClock clock, Duration interval) {
    this.log = log;
    this.clock = clock;
    this.silent = interval.isZero();
    this.intervalNs = silent ? SECOND_NS : interval.toNanos();
  }

  public synchronized void start(ThreadEvents events) {
    lastNs = clock.nanoTime();
    printer =
        ServiceThread.periodic(
            "ganglion-throughput", events, intervalNs, () -> tick(clock.nanoTime(), !silent));
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
      long rate = Math.round(inThisTick * (double) SECOND_NS / elapsedNs);
      log.say("current throughput " + rate, "throughput", "answers_per_second", rate);
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
    log.say("answered " + lastCount + " requests", "answered", "requests", lastCount);
    log.say(
        String.format(Locale.ROOT, "Average throughput: %.1f", average),
        "average_throughput",
        "answers_per_second",
        average);
  }
}
