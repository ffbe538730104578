package io.ganglion.server.grpc;

import io.ganglion.engine.batch.Outcome;

/**
 * Receives the events of requests and streams, each once. Called on the threads where they happen.
 * Must return soon and must not throw.
 */
public interface WireEvents {
  /** A request was answered, {@code latencyNs} after its arrival. */
  void onOutcome(Outcome outcome, long latencyNs);

  /** A stream began ({@code 1}) or ended ({@code -1}). */
  void onStream(int change);
}
