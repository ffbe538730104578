package io.ganglion.engine.batch;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides before queueing whether a request can be served in time. Pure: the state of the queue is
 * passed in. Immutable, thread-safe.
 */
final class AdmissionGate {
  /**
   * The shortest time after which a refused caller may try again. Earlier it would only be refused
   * again.
   */
  private static final long MIN_RETRY_NS = 10_000_000;

  private final AdmissionLimits limits;

  AdmissionGate(AdmissionLimits limits) {
    this.limits = limits;
  }

  /**
   * The reason to refuse any request of a client now; null if there is none.
   *
   * @param full whether the queue has no room for this client
   * @param waitNs predicted time until all waiting requests have been run
   * @param waitInTurnNs predicted time until everything ahead of this client's next request has
   *     been run; called only if needed, because it walks the queue
   */
  @Nullable Outcome overload(boolean full, long waitNs, LongSupplier waitInTurnNs) {
    if (full) {
      return overloaded(
          Outcome.Refusal.QUEUE_FULL, limits.maxRequests() + " requests wait already", waitNs);
    }
    if (waitNs > limits.maxWaitNs()) {
      long aheadNs = waitInTurnNs.getAsLong();
      if (aheadNs > limits.maxWaitNs()) {
        return overloaded(
            Outcome.Refusal.QUEUE_TIME,
            "a request would wait " + millis(aheadNs) + " ms",
            aheadNs - limits.maxWaitNs());
      }
    }
    return null;
  }

  /**
   * The refusal of a request; null if it is admitted. Parameters as in {@link #overload}, and:
   *
   * @param serviceNs predicted time of this request alone on a free core
   */
  @Nullable Outcome decide(
      boolean full,
      long waitNs,
      long serviceNs,
      long nowNs,
      long deadlineNs,
      LongSupplier waitInTurnNs) {
    Outcome overload = overload(full, waitNs, waitInTurnNs);
    if (overload != null) {
      return overload;
    }
    if (deadlineNs == PendingRequest.NO_DEADLINE) {
      return null;
    }
    long slackNs = deadlineNs - nowNs - serviceNs;
    if (slackNs <= 0) {
      return new Outcome.Expired(
          "the deadline is in "
              + millis(Math.max(0, deadlineNs - nowNs))
              + " ms and the model needs "
              + millis(serviceNs)
              + " ms");
    }
    if (waitNs > slackNs) {
      long aheadNs = waitInTurnNs.getAsLong();
      if (aheadNs > slackNs) {
        return overloaded(
            Outcome.Refusal.DEADLINE,
            "a request would wait " + millis(aheadNs) + " ms, beyond its deadline",
            aheadNs - slackNs);
      }
    }
    return null;
  }

  private static Outcome overloaded(Outcome.Refusal reason, String why, long retryNs) {
    return new Outcome.Overloaded(
        reason, "the server is overloaded: " + why, Math.max(MIN_RETRY_NS, retryNs));
  }

  private static long millis(long ns) {
    return (ns + 999_999) / 1_000_000;
  }
}
