package io.ganglion.server.batch;

/**
 * Decides when a free core takes a batch and what goes into it. Pure: time and the queue's state
 * are passed in. Immutable, thread-safe.
 *
 * <p>Order is earliest deadline first, where a request without a deadline, or with a late one,
 * counts as due {@code ageBound} after its arrival. So a request waits at most for those that
 * arrived less than {@code ageBound} after it: nothing starves.
 */
public final class BatchPolicy {
  /**
   * A batch that ends within this is over in a moment. Where a full batch ends sooner, it may grow
   * to this: the hand-overs around it would cost more than its work, and nobody waits long.
   */
  static final long QUICK_NS = 1_000_000;

  private final BatchLimits limits;

  public BatchPolicy(BatchLimits limits) {
    this.limits = limits;
  }

  /**
   * What a free core does next: take a batch, or wait.
   *
   * @param room of the batch to take; {@link Room#NONE}: wait
   * @param waitUntilNs how long at most for a fuller batch; {@link PendingRequest#NO_DEADLINE}: for
   *     the next request
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
   * What a batch may hold.
   *
   * @param requests at most
   * @param tokens at most; a longer single request still goes, alone
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

  /** Smaller goes first; on the clock of the request's arrival. */
  long urgency(long arrivalNs, long deadlineNs) {
    return Math.min(deadlineNs, arrivalNs + limits.ageBoundNs());
  }

  /**
   * What a batch may hold now.
   *
   * @param waiting requests in the queue
   * @param waitingTokens their tokens
   * @param quickTokens tokens that a core runs within {@link #QUICK_NS}; 0 if that is not known
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
   * @param room of a batch
   * @param oldestArrivalNs the earliest arrival among them
   * @param freeCores cores without work, the asking one included
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
    // Free cores share what waits: two short batches side by side end before one long one.
    int share = (waiting + freeCores - 1) / Math.max(1, freeCores);
    return Decision.cut(new Room(Math.min(room.requests(), share), room.tokens()));
  }

  /**
   * The longest request that may join a batch whose most urgent one has {@code length} tokens. A
   * fixed-shape core pads all of a batch to the smallest compiled length that holds its longest:
   * where more waits than one batch holds, longer requests go into another one. Where all of it
   * fits, one long run costs less than a short and a long one. No bound for a core that runs any
   * lengths.
   *
   * @param waiting requests in the queue
   * @param maxRequests that this batch may hold
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
