package io.ganglion.server.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ganglion.engine.batch.BatchEvents.BatchResult;
import io.ganglion.engine.batch.NanoClock;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of the cores' executions, under the names of the vendor's exporter. Thread-safe.
 * Gauges cover the time since the last scrape.
 */
public final class ExecutionStats {
  private static final double NS = 1e-9;
  private static final double[] PERCENTILES = {0, 1, 25, 50, 75, 99, 100};

  private final NanoClock clock;
  private final Map<Integer, Core> cores = new ConcurrentHashMap<>();
  private final Recorder latencies = new Recorder(2);
  private final Map<BatchResult, CounterDataPoint> status = new EnumMap<>(BatchResult.class);
  private final Map<BatchResult, CounterDataPoint> errors = new EnumMap<>(BatchResult.class);

  /** Given back to the recorder for reuse. */
  @GuardedBy("this")
  private @Nullable Histogram interval;

  /** The busy time of one core. */
  private static final class Core {
    final LongAdder busyNs = new LongAdder();
    volatile long startedNs = -1;
    long seenBusyNs;
    long seenAtNs;
  }

  public ExecutionStats(PrometheusRegistry registry, NanoClock clock) {
    this.clock = clock;
    Counter executions =
        Counter.builder()
            .name("execution_status_total")
            .help("Batches by how they ended.")
            .labelNames("status_type")
            .withoutExemplars()
            .register(registry);
    for (BatchResult result : BatchResult.values()) {
      status.put(result, executions.labelValues(name(result)));
    }
    Counter failures =
        Counter.builder()
            .name("execution_errors_total")
            .help("Batches that failed, by kind of error.")
            .labelNames("error_type")
            .withoutExemplars()
            .register(registry);
    for (BatchResult result : BatchResult.values()) {
      String type = errorType(result);
      if (type != null) {
        errors.put(result, failures.labelValues(type));
      }
    }
    GaugeWithCallback.builder()
        .name("execution_latency_seconds")
        .help("Time of a batch on its core, since the last scrape.")
        .labelNames("percentile")
        .callback(this::reportLatencies)
        .register(registry);
    GaugeWithCallback.builder()
        .name("neuroncore_utilization_ratio")
        .help("Share of the time since the last scrape in which the core ran a batch, 0 to 1.")
        .labelNames("neuroncore")
        .callback(this::reportUtilization)
        .register(registry);
  }

  private static String name(BatchResult result) {
    return switch (result) {
      case COMPLETED -> "completed";
      case COMPLETED_WITH_ERROR -> "completed_with_err";
      case COMPLETED_WITH_NUMERICAL_ERROR -> "completed_with_num_err";
      case TIMED_OUT -> "timed_out";
      case INCORRECT_INPUT -> "incorrect_input";
      case FAILED_TO_QUEUE -> "failed_to_queue";
    };
  }

  /** The vendor's error type, as far as a batch shows it; null for no error. */
  private static @Nullable String errorType(BatchResult result) {
    return switch (result) {
      case COMPLETED -> null;
      case COMPLETED_WITH_ERROR -> "generic";
      case COMPLETED_WITH_NUMERICAL_ERROR -> "numerical";
      case TIMED_OUT -> "hardware";
      case INCORRECT_INPUT -> "model";
      case FAILED_TO_QUEUE -> "transient";
    };
  }

  void started(int coreIndex) {
    core(coreIndex).startedNs = clock.nanoTime();
  }

  void ended(int coreIndex, long elapsedNs, BatchResult result) {
    Core core = core(coreIndex);
    core.startedNs = -1;
    core.busyNs.add(elapsedNs);
    latencies.recordValue(Math.max(0, elapsedNs));
    count(status.get(result));
    count(errors.get(result));
  }

  private static void count(@Nullable CounterDataPoint counter) {
    if (counter != null) {
      counter.inc();
    }
  }

  private Core core(int index) {
    Core core = cores.get(index);
    return core != null ? core : cores.computeIfAbsent(index, i -> new Core());
  }

  private synchronized void reportLatencies(GaugeWithCallback.Callback callback) {
    Histogram last = latencies.getIntervalHistogram(interval);
    interval = last;
    if (last.getTotalCount() > 0) {
      for (double p : PERCENTILES) {
        callback.call(last.getValueAtPercentile(p) * NS, "p" + (int) p);
      }
    }
  }

  private synchronized void reportUtilization(GaugeWithCallback.Callback callback) {
    long nowNs = clock.nanoTime();
    cores.forEach(
        (index, core) -> {
          long startedNs = core.startedNs;
          long busyNs = core.busyNs.sum() + (startedNs < 0 ? 0 : nowNs - startedNs);
          double ratio = (busyNs - core.seenBusyNs) / (double) Math.max(1, nowNs - core.seenAtNs);
          core.seenBusyNs = busyNs;
          core.seenAtNs = nowNs;
          callback.call(Math.max(0, Math.min(1, ratio)), String.valueOf(index));
        });
  }
}
