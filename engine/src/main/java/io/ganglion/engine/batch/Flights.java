package io.ganglion.engine.batch;

import io.ganglion.engine.cache.TokenKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Equal requests that wait for one computation: a leader, which waits in the queue or runs, and its
 * followers. Each keeps its own deadline and may leave. If a leader leaves before it runs, a
 * follower takes its place. Not thread-safe: guarded by the lock of {@link RequestQueue}.
 */
final class Flights {
  /** A computation and those that wait for it. */
  static final class Flight {
    private final TokenKey key;
    private final Set<PendingRequest> followers = new LinkedHashSet<>();
    private PendingRequest leader;

    private Flight(TokenKey key, PendingRequest leader) {
      this.key = key;
      this.leader = leader;
    }

    PendingRequest leader() {
      return leader;
    }
  }

  private final Map<TokenKey, Flight> flights = new HashMap<>();
  private int followers;

  /** Number of all followers. */
  int followers() {
    return followers;
  }

  /** The flight of requests that equal this one; null if there is none. */
  @Nullable Flight of(PendingRequest request) {
    return flights.get(request.key());
  }

  /** A request is queued, and others may follow it. */
  void lead(PendingRequest request) {
    Flight flight = new Flight(request.key(), request);
    if (flights.putIfAbsent(request.key(), flight) == null) {
      request.flight = flight;
    }
  }

  void follow(Flight flight, PendingRequest request) {
    request.flight = flight;
    flight.followers.add(request);
    followers++;
  }

  /**
   * A request has ended before it ran. Returns the follower that must take its place in the queue:
   * the one that can wait longest. Null if nobody must.
   */
  @Nullable PendingRequest left(PendingRequest request) {
    Flight flight = request.flight;
    request.flight = null;
    if (flight == null || flight.leader != request) {
      unfollow(flight, request);
      return null;
    }
    PendingRequest heir =
        flight.followers.stream()
            .filter(PendingRequest::waiting)
            .max(Comparator.comparingLong(PendingRequest::deadlineNs))
            .orElse(null);
    if (heir == null) {
      end(flight);
    } else {
      unfollow(flight, heir);
      flight.leader = heir;
    }
    return heir;
  }

  private void unfollow(@Nullable Flight flight, PendingRequest request) {
    if (flight != null && flight.followers.remove(request)) {
      followers--;
    }
  }

  /** A request that ran has its outcome. Returns those that get the same. */
  List<PendingRequest> landed(PendingRequest request) {
    Flight flight = request.flight;
    request.flight = null;
    return flight == null || flight.leader != request ? List.of() : end(flight);
  }

  private List<PendingRequest> end(Flight flight) {
    flights.remove(flight.key);
    List<PendingRequest> all = List.copyOf(flight.followers);
    all.forEach(follower -> follower.flight = null);
    flight.followers.clear();
    followers -= all.size();
    return all;
  }

  /** Forgets all: nobody takes the place of another any more. */
  void clear() {
    List.copyOf(flights.values()).forEach(this::end);
  }

  void forEachFollower(Consumer<PendingRequest> action) {
    if (followers > 0) {
      flights.values().forEach(flight -> flight.followers.forEach(action));
    }
  }
}
