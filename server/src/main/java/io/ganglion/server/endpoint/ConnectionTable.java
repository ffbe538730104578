package io.ganglion.server.endpoint;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The open connections by address. If there is one too many, it chooses one to close: of the
 * address with most connections, the connection without open calls that has asked nothing for
 * longest. If all have open calls, an address with few connections gets the place of one whose
 * calls have asked nothing for a minute. So connections that are only held open lock nobody out,
 * whatever is sent on them, and many connections from one address cost only that address.
 * Thread-safe.
 */
final class ConnectionTable {
  /**
   * A connection that is younger or has asked within this time may be about to send a call, so it
   * is not closed.
   */
  static final long LEAST_IDLE_NS = 1_000_000_000L;

  /** Open calls that have asked nothing for so long, as streams may, are no reason to stay. */
  static final long STALE_NS = 60_000_000_000L;

  /** An address has few connections if the largest has more than so many times as many. */
  private static final int FEW = 2;

  /** An open connection. Compared by identity. */
  interface Connection {
    Object address();

    /** When it last began a call or sent a request, or when it came. */
    long lastAskedNs();

    /** Whether a call is open on it. */
    boolean asks();
  }

  private final int most;
  private final int mostOfAddress;
  private final LongSupplier clock;

  @GuardedBy("this")
  private final Map<Object, Set<Connection>> byAddress = new HashMap<>();

  @GuardedBy("this")
  private int size;

  ConnectionTable(int most, int mostOfAddress, LongSupplier clock) {
    this.most = most;
    this.mostOfAddress = mostOfAddress;
    this.clock = clock;
  }

  /**
   * What to do with a new connection.
   *
   * @param admitted whether the new connection may stay
   * @param leaves the connection to close in its place; already removed from the table
   */
  record Verdict(boolean admitted, Optional<Connection> leaves) {}

  synchronized Verdict admit(Connection next) {
    Set<Connection> own = byAddress.getOrDefault(next.address(), Set.of());
    Optional<Connection> leaves = Optional.empty();
    if (own.size() >= mostOfAddress || size >= most) {
      leaves = own.size() >= mostOfAddress ? longestIdle(own) : ofLargest(own.size());
      if (leaves.isEmpty()) {
        return new Verdict(false, leaves);
      }
      remove(leaves.get());
    }
    byAddress.computeIfAbsent(next.address(), address -> new LinkedHashSet<>()).add(next);
    size++;
    return new Verdict(true, leaves);
  }

  /** A connection of the largest address, for one that has so many. */
  @GuardedBy("this")
  private Optional<Connection> ofLargest(int own) {
    Collection<Connection> largest =
        byAddress.values().stream().max(Comparator.comparingInt(Set::size)).orElse(Set.of());
    Optional<Connection> idle = longestIdle(largest);
    return idle.isPresent() || largest.size() <= FEW * own
        ? idle
        : longest(largest, connection -> true, STALE_NS);
  }

  private Optional<Connection> longestIdle(Collection<Connection> connections) {
    return longest(connections, connection -> !connection.asks(), LEAST_IDLE_NS);
  }

  private Optional<Connection> longest(
      Collection<Connection> connections, Predicate<Connection> which, long leastNs) {
    long sinceNs = clock.getAsLong() - leastNs;
    return connections.stream()
        .filter(connection -> connection.lastAskedNs() - sinceNs <= 0 && which.test(connection))
        .min(Comparator.comparingLong(Connection::lastAskedNs));
  }

  /** Removes a connection. Does nothing if it was removed before. */
  synchronized void remove(Connection connection) {
    Set<Connection> own = byAddress.get(connection.address());
    if (own != null && own.remove(connection)) {
      size--;
      if (own.isEmpty()) {
        byAddress.remove(connection.address());
      }
    }
  }
}
