package io.ganglion.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One timer for the earliest of many deadlines: requests with equal time to live cost a timer a
 * deadline, not one each. Any thread.
 */
final class ExpiryTimer {
  /** For items of a stream: lets one pass serve items that were submitted together. */
  static final long PROMPT_NS = TimeUnit.MILLISECONDS.toNanos(1);

  /** For calls, which gRPC ends at their deadline; here only those that it could not end. */
  static final long BACKSTOP_NS = TimeUnit.MILLISECONDS.toNanos(50);

  private final ClientContext client;
  private final long slackNs;
  private final Runnable onDue;

  @GuardedBy("this")
  private @Nullable ScheduledFuture<?> timer;

  @GuardedBy("this")
  private long dueNs;

  /**
   * @param slackNs how long after the earliest deadline to call
   * @param onDue called on the timer's thread; must call {@link #fired} before it looks for what is
   *     due
   */
  ExpiryTimer(ClientContext client, long slackNs, Runnable onDue) {
    this.client = client;
    this.slackNs = slackNs;
    this.onDue = onDue;
  }

  synchronized void arm(long deadlineNs) {
    if (timer != null && dueNs - deadlineNs <= 0) {
      return;
    }
    cancel();
    dueNs = deadlineNs;
    timer = client.after(Math.max(0, deadlineNs - client.nowNs()) + slackNs, onDue);
  }

  synchronized void fired() {
    timer = null;
  }

  synchronized void cancel() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
