package io.ganglion.flink;

import io.ganglion.client.ClientObserver;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.jspecify.annotations.Nullable;

/** The metrics of one parallel instance. Thread-safe. */
final class AskMetrics {
  /** How many of the latest answers the latency is told of. */
  private static final int WINDOW = 1024;

  private final Counter requests;
  private final Counter refused;
  private final Counter failures;
  private final Counter retries;
  private final LongAdder inFlight;
  private final Histogram latencyMs;

  private AskMetrics(MetricGroup group) {
    requests = group.counter("requests", new ThreadSafeSimpleCounter());
    refused = group.counter("refused", new ThreadSafeSimpleCounter());
    failures = group.counter("failures", new ThreadSafeSimpleCounter());
    retries = group.counter("retries", new ThreadSafeSimpleCounter());
    latencyMs = group.histogram("latencyMs", new DescriptiveStatisticsHistogram(WINDOW));
    LongAdder open = new LongAdder();
    inFlight = open;
    group.gauge("inFlight", open::sum);
  }

  static AskMetrics in(MetricGroup group) {
    return new AskMetrics(group);
  }

  void began() {
    requests.inc();
    inFlight.increment();
  }

  /**
   * @param failure null for an answer
   */
  void ended(long latencyNs, @Nullable Throwable failure) {
    inFlight.decrement();
    if (failure == null) {
      latencyMs.update(TimeUnit.NANOSECONDS.toMillis(latencyNs));
    } else if (Asker.isOfItem(failure)) {
      refused.inc();
    } else {
      failures.inc();
    }
  }

  /** Counts what a client sends again. */
  ClientObserver observer() {
    return new ClientObserver() {
      @Override
      public void attempted(Attempt attempt) {
        if (attempt != Attempt.FIRST) {
          retries.inc();
        }
      }
    };
  }
}
