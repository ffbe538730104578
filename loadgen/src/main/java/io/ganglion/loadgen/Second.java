package io.ganglion.loadgen;

import java.util.Map;

/**
 * The results of one interval of a run.
 *
 * @param atSeconds its end, in seconds from the first counted moment
 * @param lengthSeconds its length: a second, or less at the end of the warm-up or the run
 * @param rate answered requests per second
 * @param inFlight requests in flight at its end
 * @param p50Ms median latency of the requests answered in it, in milliseconds
 * @param p99Ms 99th percentile of the same
 * @param errors numbers of failures in it, by status
 */
record Second(
    double atSeconds,
    double lengthSeconds,
    double rate,
    int inFlight,
    double p50Ms,
    double p99Ms,
    Map<String, Long> errors) {

  long errorCount() {
    return errors.values().stream().mapToLong(Long::longValue).sum();
  }
}
