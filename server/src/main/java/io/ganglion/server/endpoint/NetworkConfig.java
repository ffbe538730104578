package io.ganglion.server.endpoint;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where and how the wire is served.
 *
 * @param host address to listen on
 * @param port 0: any free one
 * @param messageBytes largest message that is read at all; above it the call ends
 * @param maxConnections most that are open at once; one more is closed at once
 * @param maxAddressConnections most of them from one address
 * @param tls empty: plain text
 * @param tokenFile where given, calls must bear its token
 */
public record NetworkConfig(
    String host,
    int port,
    int messageBytes,
    int maxConnections,
    int maxAddressConnections,
    Optional<TlsFiles> tls,
    Optional<Path> tokenFile) {
  /** Far more than a service has clients, and far fewer than would use up its memory. */
  public static final int MAX_CONNECTIONS = 1_000;

  public NetworkConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("A port is between 0 and 65535: " + port);
    }
    if (messageBytes < 1) {
      throw new IllegalArgumentException("The message limit must be positive: " + messageBytes);
    }
    if (maxConnections < 1 || maxAddressConnections < 1) {
      throw new IllegalArgumentException("There must be room for a connection: " + maxConnections);
    }
  }

  /** In plain text, for everyone who can connect. */
  public static NetworkConfig plain(String host, int port, int messageBytes) {
    return new NetworkConfig(
        host,
        port,
        messageBytes,
        MAX_CONNECTIONS,
        MAX_CONNECTIONS,
        Optional.empty(),
        Optional.empty());
  }
}
