package io.ganglion.server.batch;

/** How a request ended. Each request has exactly one. */
public sealed interface Outcome {
  /**
   * The core ran it.
   *
   * @param probabilities one a label; not copied, nobody writes to it
   * @param queueNs from arrival until its batch was cut
   * @param inferenceNs its batch's time on the core
   * @param batchSize requests in its batch
   * @param coreIndex the core that ran it
   * @param tokens of this request
   */
  @SuppressWarnings("ArrayRecordComponent") // read-only by contract, compared nowhere
  record Answered(
      float[] probabilities,
      long queueNs,
      long inferenceNs,
      int batchSize,
      int coreIndex,
      int tokens)
      implements Outcome {
    /** The most probable label; the first among equals. */
    public int best() {
      int best = 0;
      for (int i = 1; i < probabilities.length; i++) {
        if (probabilities[i] > probabilities[best]) {
          best = i;
        }
      }
      return best;
    }
  }

  /** Something in the request is wrong; sending it again will not help. */
  record Invalid(String message) implements Outcome {}

  /** Refused at the door; may be sent again after {@code retryAfterNs}. */
  record Overloaded(Refusal reason, String message, long retryAfterNs) implements Outcome {}

  /** Its deadline passed, or cannot be met; it was not run. */
  record Expired(String message) implements Outcome {}

  /** Its caller gave it up before it was run. */
  record Cancelled() implements Outcome {}

  /**
   * No core could run it; another server, or this one later, may.
   *
   * @param retryAfterNs 0 where no time is known
   */
  record Unavailable(String message, long retryAfterNs) implements Outcome {}

  /** A bug. */
  record Failed(String message) implements Outcome {}

  /** Which bound an {@link Overloaded} request met. */
  enum Refusal {
    QUEUE_FULL,
    QUEUE_TIME,
    DEADLINE,
    CONNECTION_LIMIT
  }
}
