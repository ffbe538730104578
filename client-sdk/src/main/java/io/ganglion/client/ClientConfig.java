package io.ganglion.client;

import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How a client behaves, apart from where it connects to.
 *
 * @param deadline of every request that brings none of its own
 * @param retry when a request is sent again
 * @param retryBudget retries earned by each answer
 * @param hedgeAfter sends a unary request a second time when it has no answer by then; null never
 * @param streamInFlight most unanswered items of a stream that is opened without saying
 * @param streamAge after which a stream moves to a new call, so that load returns to servers that
 *     came back; null never
 * @param executor where futures complete
 */
record ClientConfig(
    Duration deadline,
    RetryPolicy retry,
    double retryBudget,
    @Nullable Duration hedgeAfter,
    int streamInFlight,
    @Nullable Duration streamAge,
    Executor executor) {

  /** Longer than anybody waits, and short enough for sums in nanoseconds. */
  private static final Duration LONGEST = Duration.ofDays(3650);

  ClientConfig {
    deadline = requirePositive(deadline, "deadline");
    if (hedgeAfter != null) {
      hedgeAfter = requirePositive(hedgeAfter, "hedgeAfter");
    }
    if (!(retryBudget >= 0 && retryBudget <= 1)) {
      throw new IllegalArgumentException("retryBudget must be from 0 to 1: " + retryBudget);
    }
    requireInFlight(streamInFlight);
  }

  /** A duration that can be counted in nanoseconds; a longer one is cut to ten years. */
  static Duration requirePositive(Duration duration, String name) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(name + " must be positive: " + duration);
    }
    return atMostLongest(duration);
  }

  static Duration atMostLongest(Duration duration) {
    return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
  }

  /** Of a duration that is not negative; those of more than ten years count as ten. */
  static long nanos(Duration duration) {
    return atMostLongest(duration).toNanos();
  }

  static int requireInFlight(int items) {
    if (items < 1 || items > 1 << 20) {
      throw new IllegalArgumentException("items in flight must be from 1 to 1048576: " + items);
    }
    return items;
  }
}
