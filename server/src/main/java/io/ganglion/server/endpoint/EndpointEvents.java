package io.ganglion.server.endpoint;

import io.ganglion.server.thread.ThreadEvents;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Receives the events of the port, each once. Called on the threads where they happen. Must return
 * soon and must not throw.
 */
public interface EndpointEvents extends ThreadEvents {
  /** A call was refused because it did not have the right token. */
  void onUnauthenticated();

  /** A connection began ({@code 1}) or ended ({@code -1}). */
  void onConnection(int change);

  /** A connection without open calls was closed to make room for a new one. */
  void onConnectionEvicted();

  /** A connection was closed at once because there were too many. */
  void onConnectionRefused();

  /** Changed certificates or a token were read from their file and are now used. */
  void onReloaded(Path file);

  /** The files named by their first were looked at, and what they hold is in force. */
  void onFileInForce(Path file, Instant when);

  /** A changed file cannot be used. The earlier contents stay in use. */
  void onReloadRefused(Path file, String reason);
}
