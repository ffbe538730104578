package io.ganglion.loadgen;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/** Looks at a run each second, from the thread that started it, until it is done. */
final class Watch {
  private final Run run;
  private final Consumer<Second> listener;
  private final Histogram total = new Histogram(3_600_000_000_000L, 3);
  private final List<Second> seconds = new ArrayList<>();
  private Map<String, Long> errorsBefore = Map.of();
  private long lastNs;

  Watch(Run run, Consumer<Second> listener) {
    this.run = run;
    this.listener = listener;
    this.lastNs = run.startNs();
  }

  void until(CountDownLatch done) throws InterruptedException {
    long tick = run.startNs();
    boolean ended = false;
    while (!ended) {
      tick += TimeUnit.SECONDS.toNanos(1);
      ended = done.await(Math.max(0, tick - run.nowNs()), TimeUnit.NANOSECONDS);
      look();
    }
  }

  private void look() {
    long now = run.nowNs();
    Histogram interval = run.tally().interval();
    double seconds = (now - lastNs) / 1e9;
    Map<String, Long> errors = run.tally().failuresByCode();
    Map<String, Long> fresh = new TreeMap<>();
    errors.forEach((code, n) -> fresh.put(code, n - errorsBefore.getOrDefault(code, 0L)));
    fresh.values().removeIf(n -> n == 0);
    Second second =
        new Second(
            (now - run.countFromNs()) / 1e9,
            seconds > 0 ? interval.getTotalCount() / seconds : 0,
            run.tally().inFlight(),
            ms(interval, 50),
            ms(interval, 99),
            fresh);
    errorsBefore = errors;
    lastNs = now;
    total.add(interval);
    if (now - run.countFromNs() > 0) {
      this.seconds.add(second);
    }
    listener.accept(second);
  }

  private static double ms(Histogram histogram, double percentile) {
    return histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percentile) / 1e6;
  }

  Histogram total() {
    return total;
  }

  List<Second> seconds() {
    return List.copyOf(seconds);
  }
}
