package io.ganglion.loadgen;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/** Watches a run every second until it is done, on the thread that started it. */
final class Watch {
  private final Scheduler scheduler;
  private final LongSupplier cpuNs;
  private final Run run;
  private final Consumer<Second> listener;
  private final Histogram total = new Histogram(3_600_000_000_000L, 3);
  private final List<Second> seconds = new ArrayList<>();
  private Map<String, Long> errorsBefore = Map.of();
  private long lastNs;
  private long lastCpuNs;
  private long countedNs;
  private long countedCpuNs;

  /**
   * A watch over a run that has not started to send.
   *
   * @param cpuNs gives the processor time that this JVM has used
   * @param listener receives each second's results
   */
  Watch(Scheduler scheduler, LongSupplier cpuNs, Run run, Consumer<Second> listener) {
    this.scheduler = scheduler;
    this.cpuNs = cpuNs;
    this.lastCpuNs = cpuNs.getAsLong();
    this.run = run;
    this.listener = listener;
    this.lastNs = run.startNs();
  }

  void until(CountDownLatch done) throws InterruptedException {
    long tick = run.startNs();
    boolean ended = false;
    while (!ended) {
      tick = nextTick(tick);
      ended = scheduler.await(done, tick);
      look();
    }
  }

  /**
   * The next time to look: every second, and when the warm-up ends, so that no interval is partly
   * counted.
   */
  private long nextTick(long tick) {
    long next = tick + TimeUnit.SECONDS.toNanos(1);
    boolean warmUpEnds = tick - run.countFromNs() < 0 && next - run.countFromNs() > 0;
    return warmUpEnds ? run.countFromNs() : next;
  }

  private void look() {
    long now = scheduler.nowNs();
    long usedNs = cpuNs.getAsLong();
    Histogram interval = run.tally().interval();
    double length = (now - lastNs) / 1e9;
    Map<String, Long> errors = run.tally().failures();
    Map<String, Long> fresh = new TreeMap<>();
    errors.forEach((code, n) -> fresh.put(code, n - errorsBefore.getOrDefault(code, 0L)));
    fresh.values().removeIf(n -> n == 0);
    boolean counted = lastNs - run.countFromNs() >= 0;
    double at = (now - run.countFromNs()) / 1e9;
    Second second =
        new Second(
            counted ? at : Math.min(at, 0),
            length,
            length > 0 ? interval.getTotalCount() / length : 0,
            run.tally().inFlight(),
            ms(interval, 50),
            ms(interval, 99),
            fresh);
    total.add(interval);
    if (counted) {
      seconds.add(second);
      countedNs += now - lastNs;
      countedCpuNs += usedNs - lastCpuNs;
    }
    errorsBefore = errors;
    lastNs = now;
    lastCpuNs = usedNs;
    listener.accept(second);
  }

  private static double ms(Histogram histogram, double percentile) {
    return histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percentile) / 1e6;
  }

  Histogram total() {
    return total;
  }

  /**
   * Average number of processors that this JVM kept busy in the counted time; 0 if there was none.
   */
  double cores() {
    return countedNs == 0 ? 0 : (double) countedCpuNs / countedNs;
  }

  List<Second> seconds() {
    return List.copyOf(seconds);
  }
}
