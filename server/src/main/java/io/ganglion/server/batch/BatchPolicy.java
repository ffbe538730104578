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

  /** What a free core does next. */
  sealed interface Decision {
    /** Take a batch of up to {@code maxRequests}. */
    record Cut(int maxRequests) implements Decision {}

    /** Wait for a fuller batch, but not beyond this time. */
    record WaitUntil(long timeNs) implements Decision {}

    /** Wait for a request. */
    record Idle() implements Decision {}
  }

  private static final Decision IDLE = new Decision.Idle();

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
      return IDLE;
    }
    boolean full = waiting >= limits.maxRequests() || waitingTokens >= limits.maxTokens();
    long dueNs = oldestArrivalNs + limits.maxDelayNs();
    if (!full && !closed && dueNs > nowNs) {
      return new Decision.WaitUntil(dueNs);
    }
    // Free cores share what waits: two short batches side by side end before one long one.
    int share = (waiting + freeCores - 1) / Math.max(1, freeCores);
    return new Decision.Cut(Math.min(limits.maxRequests(), share));
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
