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
   * The reason to refuse a request before it is looked at; null if there is none.
   *
   * @param full whether the queue has no room for this client
   * @param waitNs predicted time until all waiting requests have been run
   * @param slackNs how long it can wait, or {@link PendingRequest#NO_DEADLINE}
   * @param waitInTurnNs predicted time until everything ahead of this request has been run; called
   *     only if needed, because it walks the queue
   */
  @Nullable Outcome overload(boolean full, long waitNs, long slackNs, LongSupplier waitInTurnNs) {
    if (full) {
      return overloaded(
          Outcome.Refusal.QUEUE_FULL, limits.maxRequests() + " requests wait already", waitNs);
    }
    if (waitNs <= Math.min(limits.maxWaitNs(), slackNs)) {
      return null;
    }
    long aheadNs = waitInTurnNs.getAsLong();
    if (aheadNs > limits.maxWaitNs()) {
      return overloaded(
          Outcome.Refusal.QUEUE_TIME,
          "a request would wait " + millis(aheadNs) + " ms",
          aheadNs - limits.maxWaitNs());
    }
    if (aheadNs > slackNs) {
      return overloaded(
          Outcome.Refusal.DEADLINE,
          "a request would wait " + millis(aheadNs) + " ms, beyond its deadline",
          aheadNs - slackNs);
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
    boolean any = deadlineNs == PendingRequest.NO_DEADLINE;
    boolean late = !any && deadlineNs - nowNs - serviceNs <= 0;
    long slackNs = any || late ? PendingRequest.NO_DEADLINE : deadlineNs - nowNs - serviceNs;
    Outcome overload = overload(full, waitNs, slackNs, waitInTurnNs);
    if (overload != null || !late) {
      return overload;
    }
    return new Outcome.Expired(
        "the deadline is in "
            + millis(Math.max(0, deadlineNs - nowNs))
            + " ms and the model needs "
            + millis(serviceNs)
            + " ms");
  }

  private static Outcome overloaded(Outcome.Refusal reason, String why, long retryNs) {
    return new Outcome.Overloaded(
        reason, "the server is overloaded: " + why, Math.max(MIN_RETRY_NS, retryNs));
  }

  private static long millis(long ns) {
    return (ns + 999_999) / 1_000_000;
  }
}
