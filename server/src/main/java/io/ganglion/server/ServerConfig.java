package io.ganglion.server;

import io.ganglion.server.grpc.NetworkConfig;
import io.ganglion.server.grpc.WireLimits;
import io.ganglion.server.model.ModelOptions;
import java.nio.file.Path;
import java.time.Duration;

/**
 * All that a server is told.
 *
 * @param directory the artifact
 * @param model how to serve it
 * @param network where
 * @param limits of one client
 * @param drainTimeout how long the requests in flight may take once the server is to stop
 */
public record ServerConfig(
    Path directory,
    ModelOptions model,
    NetworkConfig network,
    WireLimits limits,
    Duration drainTimeout) {
  public ServerConfig {
    if (drainTimeout.isNegative()) {
      throw new IllegalArgumentException("The drain timeout must not be negative: " + drainTimeout);
    }
  }
}
