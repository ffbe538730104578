package io.ganglion.engine.batch;

import java.util.List;

/**
 * Limits of a batch, and how long a core may wait for it to fill.
 *
 * @param maxRequests most requests in a batch
 * @param maxTokens most tokens in a batch; a longer single request still runs alone
 * @param quickRequests most requests in a batch that ends within {@link BatchPolicy#QUICK_NS}; at
 *     least {@code maxRequests}
 * @param maxDelayNs how long a free core waits for a fuller batch; 0 for not at all
 * @param ageBoundNs a request this old goes before all requests that arrived later, regardless of
 *     their deadlines
 * @param lengthBuckets sequence lengths that a fixed-shape core was compiled for, ascending; empty
 *     for a core that runs any lengths together
 */
public record BatchLimits(
    int maxRequests,
    int maxTokens,
    int quickRequests,
    long maxDelayNs,
    long ageBoundNs,
    List<Integer> lengthBuckets) {
  public BatchLimits {
    lengthBuckets = List.copyOf(lengthBuckets);
    require(maxRequests >= 1, "A batch must hold at least one request: " + maxRequests);
    require(maxTokens >= 1, "A batch must hold at least one token: " + maxTokens);
    require(quickRequests >= maxRequests, "A quick batch holds no fewer: " + quickRequests);
    require(maxDelayNs >= 0, "The batching delay must not be negative: " + maxDelayNs);
    require(ageBoundNs > 0, "The age bound must be positive: " + ageBoundNs);
    require(
        Math.max(maxDelayNs, ageBoundNs) <= NanoClock.LONGEST_NS,
        "A time limit of a batch is longer than the clock can tell.");
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
