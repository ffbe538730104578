package io.ganglion.loadgen;

import java.util.Map;

/**
 * What one interval of a run saw.
 *
 * @param atSeconds its end, from the first counted moment
 * @param lengthSeconds a second, or less where the warm-up or the run ended
 * @param rate answered requests a second
 * @param inFlight at its end
 * @param p50Ms of the requests answered in it, in milliseconds
 * @param p99Ms likewise
 * @param errors failures in it, by status
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
