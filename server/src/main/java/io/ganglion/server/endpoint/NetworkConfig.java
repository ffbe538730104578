package io.ganglion.server.endpoint;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where and how the wire is served.
 *
 * @param host address to listen on
 * @param port 0: any free one
 * @param messageBytes largest message that is read at all; above it the call ends
 * @param inflatedBytes largest message that comes out of a compressed one
 * @param connections how many, and what they may take
 * @param tls empty: plain text
 * @param tokenFile where given, calls must bear its token
 */
public record NetworkConfig(
    String host,
    int port,
    int messageBytes,
    int inflatedBytes,
    ConnectionLimits connections,
    Optional<TlsFiles> tls,
    Optional<Path> tokenFile) {
  /** Twice the largest item, as the server is set at first. */
  public static final int INFLATED_BYTES = 128 << 10;

  public NetworkConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("A port is between 0 and 65535: " + port);
    }
    if (messageBytes < 1 || inflatedBytes < 1) {
      throw new IllegalArgumentException(
          "The limits of messages must be positive: " + messageBytes + ", " + inflatedBytes);
    }
  }

  /** In plain text, for everyone who can connect. */
  public static NetworkConfig plain(String host, int port, int messageBytes) {
    return new NetworkConfig(
        host,
        port,
        messageBytes,
        INFLATED_BYTES,
        ConnectionLimits.usual(),
        Optional.empty(),
        Optional.empty());
  }
}
