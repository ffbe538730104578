package io.ganglion.server.endpoint;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What connections may cost before they ask anything: to be built, to agree on TLS, to end. From
 * each address some may come at once for nothing, as after a restart of all its clients. What comes
 * beyond them is paid from a small share of the processors, and whoever has used that up is
 * refused. So whoever only connects takes little from the others, who still get in. Thread-safe.
 */
final class ArrivalBudget {
  /** The share of all processors for one address. All addresses together have twice as much. */
  static final double SHARE_OF_ADDRESS = WasteBudget.SHARE / 2;

  /** So soon an address may send as many again for nothing. */
  static final long REFILL_NS = 60_000_000_000L;

  /** What may be saved up beside what is free. */
  static final double MOST_SAVED_NS = 250e6;

  /** More debt is forgiven: nobody is refused for long because of what was before. */
  static final double MOST_OWED_NS = 2e9;

  /** What a connection that is free may cost, in the mean. */
  private static final double FREE_NS = 5e6;

  /** Nor does it have to wait for more than this part of them. */
  private static final double MOST_OWED_SHARE = 5;

  /** Addresses that are remembered; one that is forgotten begins anew, within the bound of all. */
  private static final int MOST_ADDRESSES = 4_096;

  private final int free;
  private final double processors;
  private final LongSupplier clock;

  @GuardedBy("this")
  private final Account all;

  @GuardedBy("this")
  private final Map<Object, Account> byAddress =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Account> eldest) {
          return size() > MOST_ADDRESSES;
        }
      };

  /**
   * @param free connections of one address that cost nothing; of all addresses, twice as many
   * @param clock nanoseconds
   */
  ArrivalBudget(int free, int processors, LongSupplier clock) {
    this.free = free;
    this.processors = processors;
    this.clock = clock;
    this.all = new Account(2 * free, 2 * SHARE_OF_ADDRESS * processors, clock.getAsLong());
  }

  /** A new connection from there. */
  synchronized Arrival arrive(Object address) {
    long nowNs = clock.getAsLong();
    Account own =
        byAddress.computeIfAbsent(
            address, key -> new Account(free, SHARE_OF_ADDRESS * processors, nowNs));
    own.refill(nowNs);
    all.refill(nowNs);
    if (own.free >= 1 && all.free >= 1) {
      own.free--;
      all.free--;
      return new Arrival(own, true, true);
    }
    return new Arrival(own, own.savedNs > 0 && all.savedNs > 0, false);
  }

  private synchronized void charge(Account own, long workNs) {
    long nowNs = clock.getAsLong();
    own.charge(workNs, nowNs);
    all.charge(workNs, nowNs);
  }

  private synchronized void takeFree(Account own, long workNs) {
    own.free = Math.max(-own.mostFree / MOST_OWED_SHARE, own.free - workNs / FREE_NS);
  }

  /** One connection, at the cost of its address. Thread-safe. */
  final class Arrival {
    private final Account account;
    private final boolean admitted;
    private final boolean free;

    private Arrival(Account account, boolean admitted, boolean free) {
      this.account = account;
      this.admitted = admitted;
      this.free = free;
    }

    boolean admitted() {
      return admitted;
    }

    /** Charges what it costs before it asks anything, or as it ends. */
    void spend(long workNs) {
      if (!free) {
        charge(account, workNs);
      }
    }

    /** It has ended, and leaves work that came to nothing. Fewer of its address are free then. */
    void owe(long workNs) {
      charge(account, workNs);
      takeFree(account, workNs);
    }
  }

  private static final class Account {
    private final int mostFree;
    private final double share;
    private double free;
    private double savedNs = MOST_SAVED_NS;
    private long lastNs;

    Account(int mostFree, double share, long nowNs) {
      this.mostFree = mostFree;
      this.share = share;
      this.free = mostFree;
      this.lastNs = nowNs;
    }

    void refill(long nowNs) {
      double elapsedNs = nowNs - lastNs;
      lastNs = nowNs;
      free = Math.min(mostFree, free + elapsedNs * mostFree / REFILL_NS);
      savedNs = Math.min(MOST_SAVED_NS, savedNs + elapsedNs * share);
    }

    void charge(long workNs, long nowNs) {
      refill(nowNs);
      savedNs = Math.max(-MOST_OWED_NS, savedNs - workNs);
    }
  }
}
