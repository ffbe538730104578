package io.ganglion.loadgen;

import java.util.List;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/**
 * What a run measured.
 *
 * @param title what was run against what, one line
 * @param lengths of the pairs sent, one line
 * @param counts how the requests ended
 * @param seconds from the first counted moment to the last end
 * @param latencies of answered requests, in nanoseconds; in an open loop from the intended time
 * @param tokens input tokens of answered requests, where the server says
 * @param split where the server's time went, where it says
 * @param cores processors that the load generator itself kept busy, on average
 * @param timeline one entry a second
 * @param plannedRate of an open loop, a second
 * @param verdict on the load and on the server
 */
record RunReport(
    String title,
    String lengths,
    Counts counts,
    double seconds,
    Histogram latencies,
    Histogram tokens,
    ServerSplit split,
    double cores,
    List<Second> timeline,
    OptionalDouble plannedRate,
    Verdict verdict) {
  RunReport {
    timeline = List.copyOf(timeline);
  }

  double throughput() {
    return seconds > 0 ? counts.ok() / seconds : 0;
  }

  /** In milliseconds; 0 when nothing was answered. */
  double latencyMs(double percentile) {
    return latencies.getTotalCount() == 0 ? 0 : latencies.getValueAtPercentile(percentile) / 1e6;
  }

  double maxMs() {
    return latencies.getTotalCount() == 0 ? 0 : latencies.getMaxValue() / 1e6;
  }

  double meanMs() {
    return latencies.getTotalCount() == 0 ? 0 : latencies.getMean() / 1e6;
  }

  /** The share of all requests that were answered within the objective's limit, from 0 to 1. */
  double attainment(Slo objective) {
    return counts.ended() == 0 ? 0 : (double) within(objective) / counts.ended();
  }

  /** Answers within the objective's limit, a second. */
  double goodput(Slo objective) {
    return seconds > 0 ? within(objective) / seconds : 0;
  }

  private long within(Slo objective) {
    return latencies.getTotalCount() == 0
        ? 0
        : latencies.getCountBetweenValues(0, objective.limit().toNanos());
  }
}
