package io.ganglion.loadgen;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/**
 * What a run measured.
 *
 * @param title what was run against what, one line
 * @param lengths of the pairs sent, one line
 * @param ok answered requests
 * @param failed requests that ended otherwise, those cancelled on purpose left out
 * @param cancelled on purpose
 * @param seconds from the first counted moment to the last end
 * @param latencies of answered requests, in nanoseconds; in an open loop from the intended time
 * @param tokens input tokens of answered requests, where the server says
 * @param cores processors that the load generator itself kept busy, on average
 * @param timeline one entry a second
 * @param failures count by status
 * @param firstMessages the first message by status
 * @param labelled answered requests with a known right label
 * @param correct those answered with it
 * @param plannedRate of an open loop, a second
 * @param invalid why the run must not be used as a measurement; empty when it may
 */
record RunReport(
    String title,
    String lengths,
    long ok,
    long failed,
    long cancelled,
    double seconds,
    Histogram latencies,
    Histogram tokens,
    double cores,
    List<Second> timeline,
    Map<String, Long> failures,
    Map<String, String> firstMessages,
    long labelled,
    long correct,
    OptionalDouble plannedRate,
    List<String> invalid) {

  double throughput() {
    return seconds > 0 ? ok / seconds : 0;
  }

  OptionalDouble accuracy() {
    return labelled == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) correct / labelled);
  }

  RunReport invalidBecause(String reason) {
    List<String> reasons = new ArrayList<>(invalid);
    reasons.add(reason);
    return new RunReport(
        title,
        lengths,
        ok,
        failed,
        cancelled,
        seconds,
        latencies,
        tokens,
        cores,
        timeline,
        failures,
        firstMessages,
        labelled,
        correct,
        plannedRate,
        reasons);
  }

  boolean valid() {
    return invalid.isEmpty();
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
}
