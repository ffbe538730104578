package io.ganglion.server.endpoint;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where and how the gRPC port listens.
 *
 * @param host address to listen on
 * @param port port to listen on; 0 for any free port
 * @param messageBytes largest message that is read; a larger one ends its call
 * @param connections how many, and what they may take
 * @param tls TLS files; if empty, plain text is used
 * @param tokenFile file with the token that calls must have; if empty, none is needed
 */
public record NetworkConfig(
    String host,
    int port,
    int messageBytes,
    ConnectionLimits connections,
    Optional<TlsFiles> tls,
    Optional<Path> tokenFile) {
  public NetworkConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("A port is between 0 and 65535: " + port);
    }
    if (messageBytes < 1) {
      throw new IllegalArgumentException("The message limit must be positive: " + messageBytes);
    }
  }

  /** A configuration in plain text, for everyone who can connect. */
  public static NetworkConfig plain(String host, int port, int messageBytes) {
    return new NetworkConfig(
        host, port, messageBytes, ConnectionLimits.usual(), Optional.empty(), Optional.empty());
  }
}
