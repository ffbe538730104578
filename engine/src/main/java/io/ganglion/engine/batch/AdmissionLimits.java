package io.ganglion.engine.batch;

/**
 * Limits for waiting requests.
 *
 * @param maxRequests most requests in the queue
 * @param maxWaitNs longest predicted wait of an admitted request
 */
public record AdmissionLimits(int maxRequests, long maxWaitNs) {
  public AdmissionLimits {
    if (maxRequests < 1 || maxWaitNs < 1) {
      throw new IllegalArgumentException(
          "The queue must hold at least one request for some time: " + maxRequests);
    }
    if (maxWaitNs > NanoClock.LONGEST_NS) {
      throw new IllegalArgumentException("The longest wait is longer than the clock can tell.");
    }
  }
}
