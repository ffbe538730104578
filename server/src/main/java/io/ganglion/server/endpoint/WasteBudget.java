package io.ganglion.server.endpoint;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.function.LongSupplier;

/**
 * The processor time that all connections together may cost for what comes to nothing. Thread-safe.
 */
final class WasteBudget {
  /** A connection's share of a processor, and the share of all processors for all connections. */
  static final double SHARE = 0.15;

  /** What a new connection has: some hundred requests. */
  static final double FIRST_NS = 20e6;

  /** New connections together have this at once; a client that connects again gains no more. */
  private static final double MOST_NS = 1e9;

  private final double shareOfAll;
  private final LongSupplier clock;

  @GuardedBy("this")
  private double availableNs = MOST_NS;

  @GuardedBy("this")
  private long lastNs;

  @GuardedBy("this")
  private int inDebt;

  /**
   * @param clock nanoseconds
   */
  WasteBudget(int processors, LongSupplier clock) {
    this.shareOfAll = SHARE * processors;
    this.clock = clock;
    this.lastNs = clock.getAsLong();
  }

  /** What a connection that begins now may use at first. */
  synchronized long first() {
    long nowNs = clock.getAsLong();
    availableNs = Math.min(MOST_NS, availableNs + (nowNs - lastNs) * shareOfAll);
    lastNs = nowNs;
    double first = Math.min(FIRST_NS, availableNs);
    availableNs -= first;
    return (long) first;
  }

  /** A connection has ended and leaves so much of what it had at first. */
  synchronized void giveBack(double ns) {
    availableNs = Math.min(MOST_NS, availableNs + ns);
  }

  /** A connection has used more than it may ({@code 1}), or does so no more ({@code -1}). */
  synchronized void inDebt(int change) {
    inDebt += change;
  }

  /** The share of a processor for each connection that has used more than it may. */
  synchronized double share() {
    return Math.min(SHARE, shareOfAll / Math.max(1, inDebt));
  }
}
