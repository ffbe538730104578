package io.ganglion.client;

import io.ganglion.api.GanglionException;
import java.time.Duration;

/**
 * Decides whether and when a failed request is sent again. Pure. A wait is never shorter than the
 * server advises. Waits are spread at random, so that clients that failed together do not return
 * together.
 *
 * @param maxAttempts how often one request may be sent; 1 for no retry
 * @param initialBackoff the wait after the first failure; doubled after each further failure
 * @param maxBackoff the longest such wait
 */
record RetryPolicy(int maxAttempts, Duration initialBackoff, Duration maxBackoff) {
  /** No further attempt. */
  static final long STOP = -1;

  /** A shorter or negative time is ignored, because all attempts would be made at once. */
  static final Duration LEAST_ADVICE = Duration.ofMillis(1);

  RetryPolicy {
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("maxAttempts must be at least 1: " + maxAttempts);
    }
  }

  /**
   * How long to wait before sending again, or {@link #STOP}.
   *
   * @param attempts how often the request was sent, at least 1
   * @param random from 0 to 1
   * @return nanoseconds
   */
  long delayNs(int attempts, GanglionException failure, double random) {
    if (!retries() || !failure.retryable() || attempts >= maxAttempts) {
      return STOP;
    }
    return failure
        .retryAfter()
        .filter(after -> after.compareTo(LEAST_ADVICE) >= 0)
        .map(after -> (long) (ClientConfig.nanos(after) * (1 + 0.25 * random)))
        .orElseGet(() -> backoffNs(attempts, random));
  }

  boolean retries() {
    return maxAttempts > 1;
  }

  long backoffNs(int failures, double random) {
    long doubled = initialBackoff.toNanos() << Math.min(Math.max(failures - 1, 0), 20);
    long capped = Math.min(doubled, maxBackoff.toNanos());
    return (long) (capped * (0.5 + 0.5 * random));
  }
}
