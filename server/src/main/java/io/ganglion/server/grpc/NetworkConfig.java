package io.ganglion.server.grpc;

/**
 * Where and how the wire is served.
 *
 * @param host address to listen on
 * @param port 0: any free one
 * @param messageBytes largest message that is read at all; above it the call ends
 */
public record NetworkConfig(String host, int port, int messageBytes) {
  public NetworkConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("A port is between 0 and 65535: " + port);
    }
    if (messageBytes < 1) {
      throw new IllegalArgumentException("The message limit must be positive: " + messageBytes);
    }
  }
}
