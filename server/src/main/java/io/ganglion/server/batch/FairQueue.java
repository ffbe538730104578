package io.ganglion.server.batch;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait, each client's in a lane of its own. The client that has had the fewest tokens
 * is next, and within its lane the most urgent request. So a client waits for its share and no
 * longer, whatever the others send. Not thread-safe: guarded by the lock of {@link RequestQueue}.
 *
 * <p>This is start-time fair queueing: a lane's service counts the tokens that were taken from it,
 * times the lanes of its address. A lane that was empty starts where the others are, so nobody
 * saves up turns. One that was served beyond that is remembered, so nobody gains by leaving.
 */
final class FairQueue {
  /** One client's requests. Least served first. */
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

  /** Lanes with requests, and empty ones that are ahead of {@link #service}. */
  private final Map<Client, Lane> lanes = new HashMap<>();

  /** Lanes with requests of each address. */
  private final Map<Object, Integer> lanesOfAddress = new HashMap<>();

  private final TreeSet<Lane> order = new TreeSet<>();
  private final TreeSet<Lane> empty = new TreeSet<>();
  private long nextLane;
  private long nextRequest;

  /** Service of the lane that was last in turn. */
  private double service;

  private int size;
  private long tokens;

  int size() {
    return size;
  }

  /** Tokens of all requests together. */
  long tokens() {
    return tokens;
  }

  /** Takes in a request that is new here. */
  void add(PendingRequest request) {
    request.sequence = nextRequest++;
    insert(request);
  }

  /** Puts back what was removed, at its old place among its client's. */
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

  /** The next in turn, or null if nothing waits. */
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

  /** Takes a request out. False if it is not here. */
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

  /** A request that was removed is run: its client's next turn comes later. */
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

  /** Clients of this address that have something waiting; at least the one itself. */
  private int siblings(Lane lane) {
    return lanesOfAddress.getOrDefault(lane.client.address(), 1);
  }

  /** In no particular order; nothing may be changed meanwhile. */
  void forEach(Consumer<PendingRequest> action) {
    for (Lane lane : order) {
      lane.heap.forEach(action);
    }
  }

  /**
   * Tokens that are run, at most, before a request that comes now: those of its client that are
   * more urgent, and what the turns of the others take meanwhile.
   *
   * @param length tokens of the request
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

  /** As {@link #siblings}, once the client has a request here. */
  private int siblingsThen(Client client, @Nullable Lane lane) {
    int now = lanesOfAddress.getOrDefault(client.address(), 0);
    return lane == null || lane.heap.size() == 0 ? now + 1 : now;
  }

  /**
   * Whose place a request of this client may take while there is none free: the last of the client
   * that holds most, if it holds more than this one would. Null if there is no such client.
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
