package io.ganglion.engine.batch;

/** How a request ended. Each request has exactly one. */
public sealed interface Outcome {
  /**
   * Calls the method of {@code cases} for this kind. All code that distinguishes kinds uses this.
   */
  <R> R map(Cases<R> cases);

  /** This outcome, of a request that waited for it for less time. */
  default Outcome later(long ns) {
    return this;
  }

  /**
   * One method for each kind of outcome. A new kind adds a method, so that code which distinguishes
   * kinds does not compile until it handles the new one.
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
   * A core ran it, or an equal one.
   *
   * @param values of the answer: one for each label, or a vector; not copied, and nobody may write
   *     to it
   * @param queueNs from arrival until its batch was cut
   * @param inferenceNs time of its batch on the core; 0 if no core ran it
   * @param batchSize number of requests in its batch; 0 if the answer was kept from an earlier one
   * @param coreIndex index of the core that ran it
   * @param tokens number of tokens of this request
   */
  @SuppressWarnings("ArrayRecordComponent") // read-only by contract, compared nowhere
  record Answered(
      float[] values, long queueNs, long inferenceNs, int batchSize, int coreIndex, int tokens)
      implements Outcome {
    /** The most probable label; the first among equals. */
    public int best() {
      int best = 0;
      for (int i = 1; i < values.length; i++) {
        if (values[i] > values[best]) {
          best = i;
        }
      }
      return best;
    }

    /** The answer to a request, kept from an earlier one. */
    static Answered kept(float[] values, long waitNs, int tokens) {
      return new Answered(values, waitNs, 0, 0, 0, tokens);
    }

    @Override
    public Outcome later(long ns) {
      long waitNs = Math.max(0, queueNs - ns);
      return new Answered(values, waitNs, inferenceNs, batchSize, coreIndex, tokens);
    }

    @Override
    public <R> R map(Cases<R> cases) {
      return cases.answered(this);
    }
  }

  /** The request is wrong. Sending it again will not help. */
  record Invalid(String message) implements Outcome {
    @Override
    public <R> R map(Cases<R> cases) {
      return cases.invalid(this);
    }
  }

  /** It was refused on arrival. It may be sent again after {@code retryAfterNs}. */
  record Overloaded(Refusal reason, String message, long retryAfterNs) implements Outcome {
    @Override
    public <R> R map(Cases<R> cases) {
      return cases.overloaded(this);
    }
  }

  /** Its deadline passed or cannot be met. It was not run. */
  record Expired(String message) implements Outcome {
    @Override
    public <R> R map(Cases<R> cases) {
      return cases.expired(this);
    }
  }

  /** Its caller cancelled it before it was run. */
  record Cancelled() implements Outcome {
    @Override
    public <R> R map(Cases<R> cases) {
      return cases.cancelled(this);
    }
  }

  /**
   * No core could run it. Another server may, or this one later.
   *
   * @param retryAfterNs time after which to try again; 0 if unknown
   */
  record Unavailable(String message, long retryAfterNs) implements Outcome {
    @Override
    public <R> R map(Cases<R> cases) {
      return cases.unavailable(this);
    }
  }

  /** It failed because of a bug. */
  record Failed(String message) implements Outcome {
    @Override
    public <R> R map(Cases<R> cases) {
      return cases.failed(this);
    }
  }

  /** The limit that an {@link Overloaded} request met. */
  enum Refusal {
    QUEUE_FULL,
    QUEUE_TIME,
    DEADLINE,
    CONNECTION_LIMIT
  }
}
