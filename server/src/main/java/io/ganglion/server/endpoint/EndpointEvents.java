package io.ganglion.server.endpoint;

import io.ganglion.engine.thread.ThreadEvents;
import java.nio.file.Path;
import java.time.Instant;

/**
 * What the port tells the outside, once each. Called on the threads where it happens: must return
 * soon and must not throw.
 */
public interface EndpointEvents extends ThreadEvents {
  /** A call was refused for want of the right token. */
  void onUnauthenticated();

  /** A connection began ({@code 1}) or ended ({@code -1}). */
  void onConnection(int change);

  /** A connection that asked nothing was closed, for a new one needed its place. */
  void onConnectionEvicted();

  /** A connection was closed at once: too many are open, or come from its address. */
  void onConnectionRefused();

  /** A connection is not read for a while, for it cost too much work that came to nothing. */
  void onConnectionPaused();

  /** A connection was cut for a flood, or for what it made the server hold or do. */
  void onConnectionCut();

  /** Certificates or a token were read again from the file, and are in force. */
  void onReloaded(Path file);

  /** The files named by their first were looked at, and what they hold is in force. */
  void onFileInForce(Path file, Instant when);

  /** A chain of certificates was put into force, of which the first to expire does so then. */
  void onCertificate(Path file, Instant expiry);

  /** The file has changed and cannot be used: what was read before stays in force. */
  void onReloadRefused(Path file, String reason);
}
