package io.ganglion.server.metrics;

import io.ganglion.engine.thread.ThreadEvents;
import io.ganglion.server.http.HttpPort;
import io.ganglion.server.http.Page;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The HTTP port: {@code /metrics} for Prometheus, {@code /healthz} (the process answers), {@code
 * /readyz} (it serves). Thread-safe.
 */
public final class MetricsEndpoint {
  private static final Map<String, String> TEXT =
      Map.of("Content-Type", "text/plain; charset=utf-8");

  private final HttpPort port;

  private MetricsEndpoint(HttpPort port) {
    this.port = port;
  }

  /**
   * Starts listening.
   *
   * @param port port to listen on; 0 for any free port
   * @param ready tells whether the server serves
   */
  public static MetricsEndpoint start(
      String host,
      int port,
      PrometheusRegistry registry,
      BooleanSupplier ready,
      ThreadEvents events)
      throws IOException {
    Map<String, Page> probes =
        Map.of(
            "/healthz", question -> answer(200, "ok\n"),
            "/readyz",
                question ->
                    ready.getAsBoolean() ? answer(200, "ready\n") : answer(503, "not ready\n"));
    try {
      return new MetricsEndpoint(
          HttpPort.open(
              new InetSocketAddress(host, port),
              probes,
              Map.of("/metrics", new ScrapePage(registry)),
              events));
    } catch (IOException e) {
      throw new IOException(
          "The metrics port "
              + port
              + " of "
              + host
              + " cannot be listened on: "
              + e.getMessage()
              + "; choose another with --metrics-port, or none",
          e);
    }
  }

  private static Page.Answer answer(int status, String text) {
    return new Page.Answer(status, TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  public int port() {
    return port.port();
  }

  public void close() {
    port.close();
  }
}
