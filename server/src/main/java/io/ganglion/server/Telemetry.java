package io.ganglion.server;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a server tells of itself.
 *
 * @param metricsHost address of the HTTP port
 * @param metricsPort HTTP port of metrics and probes; 0: any free port; empty: no port
 * @param traceEndpoint URL of an OpenTelemetry collector; if empty, no traces are sent
 * @param throughputInterval how often the throughput is said; zero: only at the end
 */
record Telemetry(
    String metricsHost,
    OptionalInt metricsPort,
    Optional<String> traceEndpoint,
    Duration throughputInterval) {
  Telemetry {
    if (metricsPort.isPresent()
        && (metricsPort.getAsInt() < 0 || metricsPort.getAsInt() > 65_535)) {
      throw new IllegalArgumentException(
          "A port is between 0 and 65535: " + metricsPort.getAsInt());
    }
    if (throughputInterval.isNegative()) {
      throw new IllegalArgumentException(
          "The interval of the throughput must not be negative: " + throughputInterval);
    }
  }
}
