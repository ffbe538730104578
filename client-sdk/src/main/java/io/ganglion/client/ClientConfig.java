package io.ganglion.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How a client behaves, apart from where it connects to.
 *
 * @param deadline deadline of requests that have none of their own
 * @param retry whether and when a request is sent again
 * @param retryBudget number of retries, from 0 to 1, that each answer allows
 * @param hedgeAfter time without an answer after which a unary request is sent a second time; null
 *     for never
 * @param streamInFlight default limit of unanswered items on a stream
 * @param streamAge age at which a stream moves to a new call, so that load returns to servers that
 *     came back; null for never
 * @param executor where futures complete
 * @param observers told what the client does
 */
record ClientConfig(
    Duration deadline,
    RetryPolicy retry,
    double retryBudget,
    @Nullable Duration hedgeAfter,
    int streamInFlight,
    @Nullable Duration streamAge,
    Executor executor,
    List<ClientObserver> observers) {

  /** Longer than anybody waits, and short enough that sums in nanoseconds do not overflow. */
  private static final Duration LONGEST = Duration.ofDays(3650);

  ClientConfig {
    observers = List.copyOf(observers);
    deadline = requirePositive(deadline, "deadline");
    if (hedgeAfter != null) {
      hedgeAfter = requirePositive(hedgeAfter, "hedgeAfter");
    }
    if (!(retryBudget >= 0 && retryBudget <= 1)) {
      throw new IllegalArgumentException("retryBudget must be from 0 to 1: " + retryBudget);
    }
    requireInFlight(streamInFlight);
  }

  /** Requires a positive duration. More than ten years becomes ten, so that it fits nanoseconds. */
  static Duration requirePositive(Duration duration, String name) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(name + " must be positive: " + duration);
    }
    return atMostLongest(duration);
  }

  static Duration atMostLongest(Duration duration) {
    return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
  }

  /** Nanoseconds of a duration that is not negative. More than ten years counts as ten. */
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
