package io.ganglion.loadgen;

import java.util.List;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/**
 * The results of a run.
 *
 * @param title load and target in one line
 * @param lengths lengths of the sent pairs in one line
 * @param counts outcomes of the requests
 * @param seconds time from the first counted moment to the last end
 * @param latencies latencies of answered requests in nanoseconds; in an open loop from the intended
 *     time
 * @param tokens input tokens of answered requests, if the server says
 * @param split where the server's time went, if it says
 * @param cores number of processors that the load generator kept busy on average
 * @param timeline one entry for each second
 * @param plannedRate planned requests per second of an open loop
 * @param verdict verdict on the load and on the server
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

  /** A percentile of the latency in milliseconds; 0 if nothing was answered. */
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

  /** Answers per second within the objective's limit. */
  double goodput(Slo objective) {
    return seconds > 0 ? within(objective) / seconds : 0;
  }

  private long within(Slo objective) {
    return latencies.getTotalCount() == 0
        ? 0
        : latencies.getCountBetweenValues(0, objective.limit().toNanos());
  }
}
