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
 * followers. Each keeps its own deadline and may leave. A leader is as urgent as the most urgent of
 * its followers. If it leaves before it runs, a follower takes its place. Not thread-safe: guarded
 * by the lock of {@link RequestQueue}.
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
  }

  private final Map<TokenKey, Flight> flights = new HashMap<>();
  private final FairQueue waiting;
  private final int most;
  private int followers;

  /**
   * @param waiting where leaders wait
   * @param most most followers; with 0, equal requests are computed each for itself
   */
  Flights(FairQueue waiting, int most) {
    this.waiting = waiting;
    this.most = most;
  }

  /** The flight that this request may follow; null if there is none, or no room. */
  @Nullable Flight of(PendingRequest request) {
    return followers < most ? flights.get(request.key()) : null;
  }

  /** A request is queued, and others may follow it. */
  void lead(PendingRequest request) {
    if (most == 0) {
      return;
    }
    Flight flight = new Flight(request.key(), request);
    if (flights.putIfAbsent(request.key(), flight) == null) {
      request.flight = flight;
    }
  }

  /** The request waits for the flight's answer, and hurries its leader if it is more urgent. */
  void follow(Flight flight, PendingRequest request, long urgency) {
    request.flight = flight;
    flight.followers.add(request);
    followers++;
    PendingRequest leader = flight.leader;
    if (urgency < leader.urgency && waiting.remove(leader)) {
      leader.urgency = urgency;
      waiting.insert(leader);
    }
  }

  /**
   * A request has ended before it ran. If it led others, the one that can wait longest takes its
   * place in the queue. Returns whether one did.
   */
  boolean left(PendingRequest request) {
    Flight flight = request.flight;
    request.flight = null;
    if (flight == null || flight.leader != request) {
      unfollow(flight, request);
      return false;
    }
    PendingRequest heir =
        flight.followers.stream()
            .filter(PendingRequest::waiting)
            .max(Comparator.comparingLong(PendingRequest::deadlineNs))
            .orElse(null);
    if (heir == null) {
      end(flight);
      return false;
    }
    unfollow(flight, heir);
    flight.leader = heir;
    // Also if the place has been given away: the bound is then exceeded by one for a while.
    heir.urgency = request.urgency;
    heir.sequence = request.sequence;
    waiting.insert(heir);
    return true;
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
