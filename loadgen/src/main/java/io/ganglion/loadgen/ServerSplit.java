package io.ganglion.loadgen;

import org.HdrHistogram.Histogram;

/**
 * Where the time of answers went, according to the server. Empty if the server does not say.
 *
 * @param queueNs times from a request's arrival until its batch was cut
 * @param inferenceNs times of a request's batch on the core
 * @param batchSize numbers of requests in a request's batch
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
