package io.ganglion.engine.batch;

/**
 * Decides when a free core takes a batch and which requests go into it. Pure: time and the queue's
 * state are passed in. Immutable, thread-safe.
 *
 * <p>The order is earliest deadline first. A request without a deadline, or with a late one, counts
 * as due {@code ageBound} after its arrival. So a request never waits for requests that arrived
 * more than {@code ageBound} after it, and nothing starves.
 */
public final class BatchPolicy {
  /**
   * A batch that ends within this time is quick. If a full batch ends sooner, it may grow to this
   * time: the hand-overs would cost more than its work, and nobody waits long.
   */
  static final long QUICK_NS = 250_000;

  private final BatchLimits limits;

  public BatchPolicy(BatchLimits limits) {
    this.limits = limits;
  }

  /**
   * What a free core does next: take a batch or wait.
   *
   * @param room room of the batch to take; {@link Room#NONE} to wait
   * @param waitUntilNs time until which to wait for a fuller batch; {@link
   *     PendingRequest#NO_DEADLINE} to wait for the next request
   */
  record Decision(Room room, long waitUntilNs) {
    private static final Decision IDLE = new Decision(Room.NONE, PendingRequest.NO_DEADLINE);

    static Decision cut(Room room) {
      return new Decision(room, PendingRequest.NO_DEADLINE);
    }

    static Decision waitUntil(long timeNs) {
      return new Decision(Room.NONE, timeNs);
    }

    boolean cuts() {
      return room.requests() > 0;
    }
  }

  /**
   * The room in a batch.
   *
   * @param requests most requests
   * @param tokens most tokens; a longer single request still runs alone
   */
  record Room(int requests, long tokens) {
    private static final Room NONE = new Room(0, 0);

    /** Whether a request of {@code length} tokens may join a batch. */
    boolean fits(int members, long memberTokens, int length) {
      return members == 0 || (members < requests && memberTokens + length <= tokens);
    }
  }

  BatchLimits limits() {
    return limits;
  }

  /**
   * The urgency of a request: the smaller goes first. A time on the clock of the request's arrival.
   */
  long urgency(long arrivalNs, long deadlineNs) {
    return Math.min(deadlineNs, arrivalNs + limits.ageBoundNs());
  }

  /**
   * The room in a batch now.
   *
   * @param waiting requests in the queue
   * @param waitingTokens their tokens
   * @param quickTokens tokens that a core runs within {@link #QUICK_NS}; 0 if unknown
   */
  Room room(int waiting, long waitingTokens, long quickTokens) {
    long quick = quickTokens * waiting / Math.max(1, waitingTokens);
    return quick <= limits.maxRequests()
        ? new Room(limits.maxRequests(), limits.maxTokens())
        : new Room(
            (int) Math.min(limits.quickRequests(), quick),
            Math.max(limits.maxTokens(), quickTokens));
  }

  /**
   * @param waiting requests in the queue
   * @param waitingTokens their tokens
   * @param room room in a batch
   * @param oldestArrivalNs the earliest arrival among them
   * @param freeCores cores without work, including the asking core
   * @param closed whether no more requests will come
   */
  Decision decide(
      int waiting,
      long waitingTokens,
      Room room,
      long oldestArrivalNs,
      int freeCores,
      boolean closed,
      long nowNs) {
    if (waiting == 0) {
      return Decision.IDLE;
    }
    boolean full = waiting >= room.requests() || waitingTokens >= room.tokens();
    long dueNs = oldestArrivalNs + limits.maxDelayNs();
    if (!full && !closed && dueNs > nowNs) {
      return Decision.waitUntil(dueNs);
    }
    // Free cores share the waiting requests: two short batches in parallel end before one long one.
    int share = (waiting + freeCores - 1) / Math.max(1, freeCores);
    return Decision.cut(new Room(Math.min(room.requests(), share), room.tokens()));
  }

  /**
   * The longest request that may join a batch whose most urgent request has {@code length} tokens.
   * A fixed-shape core pads a whole batch to the smallest compiled length that holds its longest
   * request. So if more requests wait than one batch holds, longer ones go into another batch. If
   * all fit, one long run costs less than a short and a long one. There is no bound for a core that
   * runs any lengths.
   *
   * @param waiting requests in the queue
   * @param maxRequests most requests in this batch
   */
  int lengthBound(int length, int waiting, int maxRequests) {
    if (waiting > maxRequests) {
      for (int bucket : limits.lengthBuckets()) {
        if (bucket >= length) {
          return bucket;
        }
      }
    }
    return Integer.MAX_VALUE;
  }
}
