package io.ganglion.server;

import io.ganglion.engine.model.ModelOptions;
import io.ganglion.server.endpoint.NetworkConfig;
import io.ganglion.server.grpc.WireLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The configuration of a server.
 *
 * @param directory an artifact, or a folder of numbered artifacts
 * @param model how to serve the model
 * @param network where and how to listen
 * @param metricsPort HTTP port on the same host; 0: any free port; empty: no port
 * @param limits limits of one client
 * @param drainDelay how long it goes on as not ready before it drains, so that balancers see it
 * @param drainTimeout how long requests in flight may take when the server stops
 * @param versionInterval how often a folder is searched for a higher version
 * @param traceEndpoint URL of an OpenTelemetry collector; if empty, no traces are sent
 */
public record ServerConfig(
    Path directory,
    ModelOptions model,
    NetworkConfig network,
    OptionalInt metricsPort,
    WireLimits limits,
    Duration drainDelay,
    Duration drainTimeout,
    Duration versionInterval,
    Optional<String> traceEndpoint) {
  public ServerConfig {
    if (drainDelay.isNegative() || drainTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "The times of draining must not be negative: " + drainDelay + ", " + drainTimeout);
    }
    if (versionInterval.isNegative() || versionInterval.isZero()) {
      throw new IllegalArgumentException(
          "The interval between looks for a version must be positive: " + versionInterval);
    }
    if (metricsPort.isPresent()
        && (metricsPort.getAsInt() < 0 || metricsPort.getAsInt() > 65_535)) {
      throw new IllegalArgumentException(
          "A port is between 0 and 65535: " + metricsPort.getAsInt());
    }
  }
}
