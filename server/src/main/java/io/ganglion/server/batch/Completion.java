package io.ganglion.server.batch;

/**
 * Told the outcome of one request, once. Called on a core's thread, or on that of whoever cancelled
 * or refused the request: must return soon and must not throw.
 */
public interface Completion {
  void complete(Outcome outcome);

  /**
   * Called when all outcomes that came together have been told, those of a batch for instance: what
   * they left to send is best sent now. May be called more than once, and on any thread.
   */
  default void flush() {}
}
