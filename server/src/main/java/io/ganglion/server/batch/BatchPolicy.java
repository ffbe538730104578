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
  private final BatchLimits limits;

  public BatchPolicy(BatchLimits limits) {
    this.limits = limits;
  }

  /**
   * What a free core does next: take a batch, or wait.
   *
   * @param maxRequests of the batch to take; 0: wait
   * @param waitUntilNs how long at most for a fuller batch; {@link PendingRequest#NO_DEADLINE}: for
   *     the next request
   */
  record Decision(int maxRequests, long waitUntilNs) {
    private static final Decision IDLE = new Decision(0, PendingRequest.NO_DEADLINE);

    static Decision cut(int maxRequests) {
      return new Decision(maxRequests, PendingRequest.NO_DEADLINE);
    }

    static Decision waitUntil(long timeNs) {
      return new Decision(0, timeNs);
    }

    boolean cuts() {
      return maxRequests > 0;
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
   * @param waiting requests in the queue
   * @param waitingTokens their tokens
   * @param oldestArrivalNs the earliest arrival among them
   * @param freeCores cores without work, the asking one included
   * @param closed whether no more requests will come
   */
  Decision decide(
      int waiting,
      long waitingTokens,
      long oldestArrivalNs,
      int freeCores,
      boolean closed,
      long nowNs) {
    if (waiting == 0) {
      return Decision.IDLE;
    }
    boolean full = waiting >= limits.maxRequests() || waitingTokens >= limits.maxTokens();
    long dueNs = oldestArrivalNs + limits.maxDelayNs();
    if (!full && !closed && dueNs > nowNs) {
      return Decision.waitUntil(dueNs);
    }
    // Free cores share what waits: two short batches side by side end before one long one.
    int share = (waiting + freeCores - 1) / Math.max(1, freeCores);
    return Decision.cut(Math.min(limits.maxRequests(), share));
  }

  /**
   * Whether a request of {@code length} may join a batch of {@code requests} and {@code tokens}.
   */
  boolean fits(int requests, long tokens, int length) {
    return requests == 0 || tokens + length <= limits.maxTokens();
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
