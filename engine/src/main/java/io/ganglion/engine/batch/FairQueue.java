package io.ganglion.engine.batch;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The waiting requests, with a lane for each client. The client that has been served the fewest
 * tokens is next, with the most urgent request in its lane. So a client gets its share however much
 * the others send. Not thread-safe: guarded by the lock of {@link RequestQueue}.
 *
 * <p>This is start-time fair queueing. A lane's service counts the tokens taken from it, times the
 * number of lanes of its address. A lane that was empty starts at the service of the others, so
 * that nobody can save up turns. An empty lane that is ahead of the others is remembered, so that
 * nobody gains by leaving.
 */
final class FairQueue {
  /** One client's requests. Ordered by service, the least served first. */
  private static final class Lane implements Comparable<Lane> {
    final Client client;
    final UrgencyHeap heap = new UrgencyHeap();
    final long sequence;
    double service;

    Lane(Client client, long sequence, double service) {
      this.client = client;
      this.sequence = sequence;
      this.service = service;
    }

    @Override
    public int compareTo(Lane other) {
      int byService = Double.compare(service, other.service);
      return byService != 0 ? byService : Long.compare(sequence, other.sequence);
    }
  }

  /** All lanes with requests, and empty lanes that are ahead of {@link #service}. */
  private final Map<Client, Lane> lanes = new HashMap<>();

  /** Number of lanes with requests for each address. */
  private final Map<Object, Integer> lanesOfAddress = new HashMap<>();

  private final TreeSet<Lane> order = new TreeSet<>();
  private final TreeSet<Lane> empty = new TreeSet<>();
  private long nextLane;
  private long nextRequest;

  /** The service of the lane that had the last turn. */
  private double service;

  private int size;
  private long tokens;

  int size() {
    return size;
  }

  /** Number of tokens of all requests. */
  long tokens() {
    return tokens;
  }

  /** Adds a new request. */
  void add(PendingRequest request) {
    request.sequence = nextRequest++;
    insert(request);
  }

  /** Puts back a removed request at its old place in its client's lane. */
  void insert(PendingRequest request) {
    Lane lane =
        lanes.computeIfAbsent(request.client(), client -> new Lane(client, nextLane++, service));
    if (lane.heap.size() == 0) {
      empty.remove(lane);
      lane.service = Math.max(lane.service, service);
      order.add(lane);
      lanesOfAddress.merge(lane.client.address(), 1, Integer::sum);
    }
    lane.heap.insert(request);
    size++;
    tokens += request.length();
  }

  /** The next request in turn; null if none waits. */
  @Nullable PendingRequest peek() {
    if (order.isEmpty()) {
      return null;
    }
    Lane next = order.first();
    if (next.service > service) {
      service = next.service;
      forgetEmpty();
    }
    return next.heap.peek();
  }

  private void forgetEmpty() {
    while (!empty.isEmpty() && empty.first().service <= service) {
      lanes.remove(empty.pollFirst().client);
    }
  }

  /** Removes a request. Returns false if it is not in the queue. */
  boolean remove(PendingRequest request) {
    Lane lane = lanes.get(request.client());
    if (lane == null || !lane.heap.remove(request)) {
      return false;
    }
    size--;
    tokens -= request.length();
    if (lane.heap.size() == 0) {
      order.remove(lane);
      empty.add(lane);
      lanesOfAddress.computeIfPresent(
          lane.client.address(), (address, count) -> count == 1 ? null : count - 1);
    }
    return true;
  }

  /** Counts a removed request as run: its client's next turn comes later. */
  void charge(PendingRequest request) {
    Lane lane = lanes.get(request.client());
    if (lane == null) {
      throw new IllegalStateException("a request of nobody is charged");
    }
    TreeSet<Lane> set = lane.heap.size() == 0 ? empty : order;
    set.remove(lane);
    lane.service += (double) request.length() * siblings(lane);
    set.add(lane);
  }

  /** Number of clients of this address with waiting requests; at least 1. */
  private int siblings(Lane lane) {
    return lanesOfAddress.getOrDefault(lane.client.address(), 1);
  }

  /** Visits all requests in no particular order. The queue must not change meanwhile. */
  void forEach(Consumer<PendingRequest> action) {
    for (Lane lane : order) {
      lane.heap.forEach(action);
    }
  }

  /**
   * The most tokens that run before a request that comes now: those of its client's more urgent
   * requests, and those that the others run in their turns meanwhile.
   *
   * @param length number of tokens of the request
   */
  long tokensBefore(Client client, long urgency, int length) {
    long[] own = {0};
    Lane mine = lanes.get(client);
    if (mine != null) {
      mine.heap.forEach(r -> own[0] += r.urgency <= urgency ? r.length() : 0);
    }
    double turns = (double) (own[0] + length) * siblingsThen(client, mine);
    double others = 0;
    for (Lane lane : order) {
      if (lane != mine) {
        others += Math.min((double) lane.heap.tokens(), turns / siblings(lane));
      }
    }
    return own[0] + (long) others;
  }

  /** Like {@link #siblings}, but counting the client as one that has a request. */
  private int siblingsThen(Client client, @Nullable Lane lane) {
    int now = lanesOfAddress.getOrDefault(client.address(), 0);
    return lane == null || lane.heap.size() == 0 ? now + 1 : now;
  }

  /**
   * The request whose place a request of this client may take when the queue is full: the least
   * urgent one of the client that holds most, if that client holds more than this one would. Null
   * if there is none.
   */
  @Nullable PendingRequest displaceable(Client client) {
    Lane most = null;
    long held = 0;
    for (Lane lane : order) {
      long holds = (long) lane.heap.size() * siblings(lane);
      if (holds > held) {
        most = lane;
        held = holds;
      }
    }
    Lane mine = lanes.get(client);
    long mineThen = (mine == null ? 1L : mine.heap.size() + 1L) * siblingsThen(client, mine);
    return most == null || most == mine || held <= mineThen ? null : most.heap.last();
  }
}
