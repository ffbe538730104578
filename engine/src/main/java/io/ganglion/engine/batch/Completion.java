package io.ganglion.engine.batch;

/**
 * Receives the outcome of one request, once. Called on a core's thread, or on the thread that
 * cancelled or refused the request. Must return soon and must not throw.
 */
public interface Completion {
  void complete(Outcome outcome);

  /**
   * Called when all outcomes that came together, such as those of a batch, have been delivered.
   * This is the time to send what they left to send. May be called more than once, and on any
   * thread.
   */
  default void flush() {}
}
