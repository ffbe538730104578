package io.ganglion.server.batch;

/**
 * Told the outcome of one request, once. Called on a core's thread, or on that of whoever cancelled
 * or refused the request: must return soon and must not throw.
 */
@FunctionalInterface
public interface Completion {
  void complete(Outcome outcome);
}
