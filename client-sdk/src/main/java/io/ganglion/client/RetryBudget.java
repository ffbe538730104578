package io.ganglion.client;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits retries to a share of the traffic, so that they cannot keep an overloaded server down. One
 * per client; any thread. Requests that are sent again because their server died are not counted:
 * they replace load and add none.
 */
final class RetryBudget {
  private static final long UNIT = 1000;

  /**
   * Enough for the moment when one of a few servers refuses everything that a busy client has in
   * flight.
   */
  private static final long CAPACITY = 1000 * UNIT;

  private final long perAnswer;
  private final AtomicLong tokens = new AtomicLong(CAPACITY);

  /**
   * @param ratio number of retries, from 0 to 1, that each answer allows
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
