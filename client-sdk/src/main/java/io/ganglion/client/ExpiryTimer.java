package io.ganglion.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One timer for the earliest of many deadlines, so that requests do not need a timer each. Any
 * thread.
 */
final class ExpiryTimer {
  /** Slack for the items of a stream: one pass serves items that were submitted together. */
  static final long PROMPT_NS = TimeUnit.MILLISECONDS.toNanos(1);

  /**
   * Slack for calls: gRPC ends them at their deadline, and the timer ends only those that gRPC
   * could not.
   */
  static final long BACKSTOP_NS = TimeUnit.MILLISECONDS.toNanos(50);

  private final ClientContext client;
  private final long slackNs;
  private final Runnable onDue;

  @GuardedBy("this")
  private @Nullable ScheduledFuture<?> timer;

  @GuardedBy("this")
  private long dueNs;

  /**
   * @param slackNs time from the earliest deadline to the call of {@code onDue}
   * @param onDue called on the timer's thread; must call {@link #fired} before it looks for due
   *     requests
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
