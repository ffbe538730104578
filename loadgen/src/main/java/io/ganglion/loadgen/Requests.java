package io.ganglion.loadgen;

import io.ganglion.client.TextPair;

/** One client of a server: a stream, or calls of its own. */
interface Requests extends AutoCloseable {
  /** How a request ended; called exactly once, on a network thread that must not be blocked. */
  interface Outcome {
    /** An answer. */
    void answered(Answer answer);

    /** A failure, with the name of its status code. */
    void failed(String code, String message);
  }

  /**
   * Sends a request. The caller keeps to the number in flight that it opened this with.
   *
   * @return cancels the request
   */
  Runnable send(TextPair pair, Outcome outcome);

  @Override
  void close();
}
