package io.ganglion.server.grpc;

import io.ganglion.server.batch.Outcome;

/**
 * What requests and streams tell the outside, once each. Called on the threads where it happens:
 * must return soon and must not throw.
 */
public interface WireEvents {
  /** A request was answered, {@code latencyNs} after its arrival. */
  void onOutcome(Outcome outcome, long latencyNs);

  /** A stream began ({@code 1}) or ended ({@code -1}). */
  void onStream(int change);
}
