package io.ganglion.client;

import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * One timer for the earliest of many deadlines: items with equal time to live cost a timer a
 * deadline, not one each. Used in one session's context only.
 */
final class ExpiryTimer {
  /** Lets one pass serve items that were submitted together. */
  private static final long SLACK_NS = 1_000_000;

  private final ClientContext client;
  private final Runnable onDue;
  private @Nullable ScheduledFuture<?> timer;
  private long dueNs;

  /**
   * @param onDue called on the timer's thread; must call {@link #fired} in the session's context
   */
  ExpiryTimer(ClientContext client, Runnable onDue) {
    this.client = client;
    this.onDue = onDue;
  }

  void arm(long deadlineNs) {
    if (timer != null && dueNs - deadlineNs <= 0) {
      return;
    }
    cancel();
    dueNs = deadlineNs;
    timer = client.after(Math.max(0, deadlineNs - client.nowNs()) + SLACK_NS, onDue);
  }

  void fired() {
    timer = null;
  }

  void cancel() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
