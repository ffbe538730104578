package io.ganglion.client;

import java.time.Duration;

/**
 * Whether and when a failed request is sent again; pure. A server's own advice is never undercut,
 * and all waits are spread so that clients that failed together do not return together.
 *
 * @param maxAttempts times that one request may be sent, 1 for never again
 * @param initialBackoff the wait after the first failure, doubled after each further one
 * @param maxBackoff the longest such wait
 */
record RetryPolicy(int maxAttempts, Duration initialBackoff, Duration maxBackoff) {
  /** No further attempt. */
  static final long STOP = -1;

  /** Less would have all attempts made at once; it is no advice, as a negative time is none. */
  static final Duration LEAST_ADVICE = Duration.ofMillis(1);

  RetryPolicy {
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("maxAttempts must be at least 1: " + maxAttempts);
    }
  }

  /**
   * How long to wait before sending again, or {@link #STOP}.
   *
   * @param attempts how often it was sent, at least 1
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
