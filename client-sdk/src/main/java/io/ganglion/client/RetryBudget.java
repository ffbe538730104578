package io.ganglion.client;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps retries a bounded share of the traffic, so that they cannot keep an overloaded server down.
 * One per client; any thread. What is re-sent because its server died is not taken from it: that
 * replaces load and adds none.
 */
final class RetryBudget {
  private static final long UNIT = 1000;

  /** Enough for the burst of one server of a few refusing all that a busy client has in flight. */
  private static final long CAPACITY = 1000 * UNIT;

  private final long perAnswer;
  private final AtomicLong tokens = new AtomicLong(CAPACITY);

  /**
   * @param ratio retries earned by each answer
   */
  RetryBudget(double ratio) {
    this.perAnswer = (long) (ratio * UNIT);
  }

  void onAnswer() {
    if (tokens.get() < CAPACITY) {
      tokens.addAndGet(perAnswer);
    }
  }

  boolean tryTake() {
    while (true) {
      long now = tokens.get();
      if (now < UNIT) {
        return false;
      }
      if (tokens.compareAndSet(now, now - UNIT)) {
        return true;
      }
    }
  }
}
