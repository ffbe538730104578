package io.ganglion.server.endpoint;

import io.ganglion.server.grpc.ConnectionYield;

/**
 * Decides when a connection costs too much processor time for what comes of it. What it costs is
 * charged, and for each call and request that ends well the mean cost of one is given back. So
 * requests that are answered are free, however many they are, and everything else is paid from a
 * small share of a processor, whatever it is: floods, bombs, requests that are refused, expire or
 * are cancelled. Time is passed in. Not thread-safe: it belongs to the connection's thread.
 */
final class WorkAccount {
  /** What may be saved up: a client's burst that must wait for its answers. */
  static final double MOST_SAVED_NS = 250e6;

  /** A connection that has been in debt this long, and has got nothing since, is hopeless. */
  static final long PATIENCE_NS = 10_000_000_000L;

  /** More than the first handshake of a server that has just started. */
  private static final double FREE_BEFORE_CALLS_NS = 500e6;

  /** The mean cost follows what changes within some times this. */
  private static final long HALF_LIFE_NS = 5_000_000_000L;

  private final WasteBudget budget;
  private final ArrivalBudget.Arrival arrival;
  private final ConnectionYield yield;
  private final double firstNs;
  private double savedNs;
  private double beforeCallsNs;
  private long lastNs;
  private boolean inDebt;
  private long hopeNs;
  private long halvedNs;
  private double work;
  private double asked;
  private long seenAsked;
  private long seenYielded;

  WorkAccount(
      WasteBudget budget, ArrivalBudget.Arrival arrival, ConnectionYield yield, long nowNs) {
    this.budget = budget;
    this.arrival = arrival;
    this.yield = yield;
    this.firstNs = budget.first();
    this.savedNs = firstNs;
    this.lastNs = nowNs;
    this.hopeNs = nowNs;
    this.halvedNs = nowNs;
  }

  /**
   * Charges work that was done for the connection. What comes before its first call is at the cost
   * of its address, unless it is far more than a handshake.
   *
   * @return what it owes now, see {@link #owedNs}
   */
  long spend(long workNs, long nowNs) {
    long all = yield.countAsked();
    if (all > 0) {
      forget(nowNs);
      asked += all - seenAsked;
      seenAsked = all;
      work += workNs;
      savedNs -= workNs;
    } else {
      arrival.spend(workNs);
      beforeCallsNs += workNs;
      savedNs -= beforeCallsNs > FREE_BEFORE_CALLS_NS ? workNs : 0;
    }
    return owedNs(nowNs);
  }

  /** The time for which the connection should not be read; 0 if it owes nothing. */
  long owedNs(long nowNs) {
    double share = inDebt ? budget.share() : WasteBudget.SHARE;
    savedNs += (nowNs - lastNs) * share;
    lastNs = nowNs;
    long yielded = yield.countYielded();
    if (yielded > seenYielded) {
      savedNs += (yielded - seenYielded) * work / Math.max(1, asked);
      seenYielded = yielded;
      hopeNs = nowNs;
    }
    savedNs = Math.min(savedNs, MOST_SAVED_NS);
    if (savedNs >= WasteBudget.FIRST_NS / 2 || (!inDebt && savedNs >= 0)) {
      hopeNs = nowNs;
      setInDebt(false);
      return 0;
    }
    setInDebt(true);
    return savedNs >= 0 ? 0 : (long) Math.ceil(-savedNs / share);
  }

  /** Whether it is in debt, and has been for long, with nothing to show for it. */
  boolean isHopeless(long nowNs) {
    return inDebt && nowNs - hopeNs > PATIENCE_NS;
  }

  /**
   * The connection has ended. What it has not used others may have, and what it owes its address
   * pays, so that nobody gains by leaving.
   */
  void close(long nowNs) {
    var unused = owedNs(nowNs);
    setInDebt(false);
    double leftNs = Math.min(firstNs, savedNs);
    budget.giveBack(Math.max(0, leftNs));
    if (leftNs < firstNs) {
      arrival.owe((long) (firstNs - leftNs));
    }
  }

  private void setInDebt(boolean now) {
    if (now != inDebt) {
      inDebt = now;
      budget.inDebt(now ? 1 : -1);
    }
  }

  private void forget(long nowNs) {
    long halves = (nowNs - halvedNs) / HALF_LIFE_NS;
    if (halves > 0) {
      halvedNs += halves * HALF_LIFE_NS;
      double kept = Math.scalb(1.0, (int) -Math.min(halves, 60));
      work *= kept;
      asked *= kept;
    }
  }
}
