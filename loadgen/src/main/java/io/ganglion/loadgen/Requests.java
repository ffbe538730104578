package io.ganglion.loadgen;

/** A client of a server: a stream or unary calls. */
interface Requests extends AutoCloseable {
  /**
   * Receives the outcome of a request. Called exactly once, on a network thread, which must not be
   * blocked.
   */
  interface Outcome {
    /** An answer. */
    void answered(Answer answer);

    /** A failure with the name of its status code. */
    void failed(String code, String message);
  }

  /**
   * Sends a request. The caller must respect the number in flight that this client was opened with.
   *
   * @return cancels the request
   */
  Runnable send(Question question, Outcome outcome);

  @Override
  void close();
}
