package io.ganglion.loadgen;

import org.HdrHistogram.Histogram;

/**
 * Where the server says that the time of its answers went. Empty where it does not say.
 *
 * @param queueNs from a request's arrival until its batch was cut
 * @param inferenceNs of a request's batch on the core
 * @param batchSize how many requests shared a request's batch
 */
record ServerSplit(Histogram queueNs, Histogram inferenceNs, Histogram batchSize) {
  double queueMs(double percentile) {
    return queueNs.getValueAtPercentile(percentile) / 1e6;
  }

  double inferenceMs(double percentile) {
    return inferenceNs.getValueAtPercentile(percentile) / 1e6;
  }

  boolean known() {
    return batchSize.getTotalCount() > 0;
  }
}
