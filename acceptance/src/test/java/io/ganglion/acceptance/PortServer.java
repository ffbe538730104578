package io.ganglion.acceptance;

import io.ganglion.engine.batch.NanoClock;
import io.ganglion.engine.model.ModelLoader;
import io.ganglion.engine.model.ModelOptions;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.server.endpoint.GrpcEndpoint;
import io.ganglion.server.endpoint.NetworkConfig;
import io.ganglion.server.grpc.RequestTracer;
import io.ganglion.server.grpc.WireLimits;
import io.ganglion.server.grpc.WireServices;
import io.ganglion.server.log.EventLog;
import io.ganglion.server.metrics.ExecutionStats;
import io.ganglion.server.metrics.ServerMetrics;
import io.ganglion.server.metrics.ThroughputMeter;
import io.ganglion.server.versions.ModelHost;
import io.ganglion.server.wire.ganglion.GanglionV1;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server on a free port of this machine, in this JVM, with the parts that the program has. */
final class PortServer implements AutoCloseable {
  private final ServedModel model;
  private final GrpcEndpoint endpoint;

  private PortServer(ServedModel model, GrpcEndpoint endpoint) {
    this.model = model;
    this.endpoint = endpoint;
  }

  static PortServer start(Path artifact, ModelOptions options) throws Exception {
    NanoClock clock = NanoClock.system();
    ServerMetrics events = events(clock);
    ServedModel model = new ModelLoader(options, clock, events).load(artifact, "");
    try {
      WireServices services =
          new WireServices(
              List.of(new GanglionV1()),
              new ModelHost(model),
              new WireLimits(65_536, 256, 1_024, 1_024),
              clock,
              events,
              RequestTracer.NONE);
      GrpcEndpoint endpoint =
          GrpcEndpoint.network(NetworkConfig.plain("127.0.0.1", 0, 1 << 20), services, events);
      endpoint.start();
      endpoint.serving(true);
      return new PortServer(model, endpoint);
    } catch (Throwable e) {
      model.close();
      throw e;
    }
  }

  private static ServerMetrics events(NanoClock clock) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    EventLog log = new EventLog(nowhere, nowhere, EventLog.Format.TEXT, EventLog.Level.INFO);
    PrometheusRegistry registry = new PrometheusRegistry();
    return new ServerMetrics(
        registry,
        log,
        new ThroughputMeter(log, clock, Duration.ofSeconds(1)),
        new ExecutionStats(registry, clock),
        () -> {});
  }

  String target() {
    return "127.0.0.1:" + endpoint.port();
  }

  @Override
  public void close() throws Exception {
    endpoint.close();
    model.close();
  }
}
