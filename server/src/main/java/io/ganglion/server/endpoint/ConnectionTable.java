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

/**
 * The open connections by address. If there is one too many, it chooses one to close: of the
 * address with most connections, the connection without open calls that has been silent longest. So
 * connections that are only held open lock nobody out, and many connections from one address cost
 * only that address. Thread-safe.
 */
final class ConnectionTable {
  /**
   * A connection that is younger or was used within this time may be about to send a call, so it is
   * not closed.
   */
  static final long LEAST_IDLE_NS = 1_000_000_000L;

  /** An open connection. Compared by identity. */
  interface Connection {
    Object address();

    /** The time at which something last came from it. */
    long lastReadNs();

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
      leaves = longestIdle(own.size() >= mostOfAddress ? own : largest());
      if (leaves.isEmpty()) {
        return new Verdict(false, leaves);
      }
      remove(leaves.get());
    }
    byAddress.computeIfAbsent(next.address(), address -> new LinkedHashSet<>()).add(next);
    size++;
    return new Verdict(true, leaves);
  }

  @GuardedBy("this")
  private Collection<Connection> largest() {
    return byAddress.values().stream().max(Comparator.comparingInt(Set::size)).orElse(Set.of());
  }

  private Optional<Connection> longestIdle(Collection<Connection> connections) {
    long idleSinceNs = clock.getAsLong() - LEAST_IDLE_NS;
    return connections.stream()
        .filter(connection -> connection.lastReadNs() - idleSinceNs <= 0 && !connection.asks())
        .min(Comparator.comparingLong(Connection::lastReadNs));
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
