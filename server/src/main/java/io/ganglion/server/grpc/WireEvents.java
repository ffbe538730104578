package io.ganglion.server.grpc;

import io.ganglion.server.batch.Outcome;
import java.nio.file.Path;

/**
 * What the wire tells the outside, once each. Called on the threads where it happens: must return
 * soon and must not throw.
 */
public interface WireEvents {
  /** A request was answered, {@code latencyNs} after its arrival. */
  void onOutcome(Outcome outcome, long latencyNs);

  /** A call was refused for want of the right token. */
  void onUnauthenticated();

  /** A stream began ({@code 1}) or ended ({@code -1}). */
  void onStream(int change);

  /** A connection began ({@code 1}) or ended ({@code -1}). */
  void onConnection(int change);

  /** A connection was closed at once, for there were too many. */
  void onConnectionRefused();

  /** Certificates or a token were read again from the file, and are in force. */
  void onReloaded(Path file);

  /** The file has changed and cannot be used: what was read before stays in force. */
  void onReloadRefused(Path file, String reason);
}
