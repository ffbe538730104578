package io.ganglion.spark;

import io.ganglion.api.GanglionException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many items a task has in flight. Many tasks may ask one server: when its queue is full, the
 * window becomes half as wide, and with each width of answers wider by one. Not thread-safe.
 */
final class Pace {
  /** Without an answer for so long, the servers are too small or are kept busy by others. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration USUAL_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final int most;
  private final LongSupplier clock;
  private double width;
  private long lastAnswerNs;
  private long narrowedNs;

  /**
   * @param clock nanoseconds that only grow
   */
  Pace(int most, LongSupplier clock) {
    this.most = most;
    this.clock = clock;
    this.width = most;
    this.lastAnswerNs = clock.getAsLong();
    this.narrowedNs = lastAnswerNs;
  }

  /** Now, by this clock. */
  long now() {
    return clock.getAsLong();
  }

  int width() {
    return (int) width;
  }

  void answered() {
    lastAnswerNs = now();
    width = Math.min(most, width + 1 / width);
  }

  /**
   * Makes the window narrower, and says how long to pause before the item is asked again. Items
   * that were asked before the window became narrower say nothing new.
   *
   * @param askedNs when the item was asked
   * @throws GanglionException.Overloaded this refusal, when none has been answered for too long
   */
  long overloaded(GanglionException.Overloaded refusal, long askedNs) {
    if (now() - lastAnswerNs > PATIENCE.toNanos()) {
      throw refusal;
    }
    if (askedNs < narrowedNs) {
      return 0;
    }
    width = Math.max(1, width / 2);
    narrowedNs = now();
    long asked = refusal.retryAfter().orElse(USUAL_PAUSE).toNanos();
    return Math.min(LONGEST_PAUSE.toNanos(), Math.max(TimeUnit.MILLISECONDS.toNanos(1), asked));
  }
}
