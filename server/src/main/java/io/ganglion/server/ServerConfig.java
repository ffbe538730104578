package io.ganglion.server;

import io.ganglion.engine.model.ModelOptions;
import io.ganglion.server.endpoint.NetworkConfig;
import io.ganglion.server.grpc.WireLimits;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The configuration of a server.
 *
 * @param directory an artifact, or a folder of numbered artifacts
 * @param model how to serve the model
 * @param network where and how to listen
 * @param telemetry what the server tells of itself
 * @param limits limits of one client
 * @param drainDelay how long it goes on as not ready before it drains, so that balancers see it
 * @param drainTimeout how long requests in flight may take when the server stops
 * @param versionInterval how often a folder is searched for a higher version
 */
public record ServerConfig(
    Path directory,
    ModelOptions model,
    NetworkConfig network,
    Telemetry telemetry,
    WireLimits limits,
    Duration drainDelay,
    Duration drainTimeout,
    Duration versionInterval) {
  public ServerConfig {
    if (drainDelay.isNegative() || drainTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "The times of draining must not be negative: " + drainDelay + ", " + drainTimeout);
    }
    if (versionInterval.isNegative() || versionInterval.isZero()) {
      throw new IllegalArgumentException(
          "The interval between looks for a version must be positive: " + versionInterval);
    }
  }
}
