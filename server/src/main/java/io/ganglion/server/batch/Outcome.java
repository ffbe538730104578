package io.ganglion.server.batch;

/** How a request ended. Each request has exactly one. */
public sealed interface Outcome {
  /** Calls the case of this kind. Whoever tells kinds apart does it here. */
  <R> R map(Cases<R> cases);

  /**
   * What each kind of outcome comes to. A kind that is added is a method more here, so nothing
   * compiles until everyone who tells them apart has said what it means to them.
   */
  interface Cases<R> {
    R answered(Answered outcome);

    R invalid(Invalid outcome);

    R overloaded(Overloaded outcome);

    R expired(Expired outcome);

    R cancelled(Cancelled outcome);

    R unavailable(Unavailable outcome);

    R failed(Failed outcome);
  }

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

    @Override
    public <R> R map(Cases<R> cases) {
      return cases.answered(this);
    }
  }

  /** Something in the request is wrong; sending it again will not help. */
  record Invalid(String message) implements Outcome {
    @Override
    public <R> R map(Cases<R> cases) {
      return cases.invalid(this);
    }
  }

  /** Refused at the door; may be sent again after {@code retryAfterNs}. */
  record Overloaded(Refusal reason, String message, long retryAfterNs) implements Outcome {
    @Override
    public <R> R map(Cases<R> cases) {
      return cases.overloaded(this);
    }
  }

  /** Its deadline passed, or cannot be met; it was not run. */
  record Expired(String message) implements Outcome {
    @Override
    public <R> R map(Cases<R> cases) {
      return cases.expired(this);
    }
  }

  /** Its caller gave it up before it was run. */
  record Cancelled() implements Outcome {
    @Override
    public <R> R map(Cases<R> cases) {
      return cases.cancelled(this);
    }
  }

  /**
   * No core could run it; another server, or this one later, may.
   *
   * @param retryAfterNs 0 where no time is known
   */
  record Unavailable(String message, long retryAfterNs) implements Outcome {
    @Override
    public <R> R map(Cases<R> cases) {
      return cases.unavailable(this);
    }
  }

  /** A bug. */
  record Failed(String message) implements Outcome {
    @Override
    public <R> R map(Cases<R> cases) {
      return cases.failed(this);
    }
  }

  /** Which bound an {@link Overloaded} request met. */
  enum Refusal {
    QUEUE_FULL,
    QUEUE_TIME,
    DEADLINE,
    CONNECTION_LIMIT
  }
}
