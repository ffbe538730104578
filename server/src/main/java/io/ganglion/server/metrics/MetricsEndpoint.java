package io.ganglion.server.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * The HTTP port: {@code /metrics} for Prometheus, {@code /healthz} (the process answers), {@code
 * /readyz} (it serves). Thread-safe.
 */
public final class MetricsEndpoint {
  private final HttpServer server;
  private final ExecutorService executor;

  private MetricsEndpoint(HttpServer server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
  }

  /**
   * Listens.
   *
   * @param port 0: any free one
   * @param ready whether the server serves
   */
  public static MetricsEndpoint start(
      String host, int port, PrometheusRegistry registry, BooleanSupplier ready)
      throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(host, port), 0);
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
    // One thread: scrapes are rare, and a flood of them must not take the cores' time.
    ExecutorService executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "ganglion-metrics");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(executor);
    server.createContext("/metrics", new MetricsHandler(registry));
    server.createContext("/healthz", exchange -> answer(exchange, 200, "ok\n"));
    server.createContext(
        "/readyz",
        exchange -> {
          boolean serving = ready.getAsBoolean();
          answer(exchange, serving ? 200 : 503, serving ? "ready\n" : "not ready\n");
        });
    server.start();
    return new MetricsEndpoint(server, executor);
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange;
        OutputStream body = exchange.getResponseBody()) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      body.write(bytes);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
