package io.ganglion.server;

import io.ganglion.server.batch.NanoClock;
import io.ganglion.server.grpc.ClassifierServices;
import io.ganglion.server.grpc.GrpcEndpoint;
import io.ganglion.server.metrics.ExecutionStats;
import io.ganglion.server.metrics.ServerMetrics;
import io.ganglion.server.metrics.ThroughputMeter;
import io.ganglion.server.model.ModelException;
import io.ganglion.server.model.ModelHost;
import io.ganglion.server.model.ModelLoader;
import io.ganglion.server.model.ServedModel;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;

/**
 * One server, from start to stop.
 *
 * <p>It starts in this order: model, cores (each must pass its check), port, health SERVING. It
 * stops in this one: health NOT_SERVING, new requests refused, cores finish what is queued, streams
 * end, port closes, cores close.
 */
final class InferenceServer {
  private final ServerConfig config;
  private final NanoClock clock = NanoClock.system();
  private final ThroughputMeter throughput;
  private final ModelHost models;
  private final GrpcEndpoint endpoint;

  private InferenceServer(
      ServerConfig config, ThroughputMeter throughput, ModelHost models, GrpcEndpoint endpoint) {
    this.config = config;
    this.throughput = throughput;
    this.models = models;
    this.endpoint = endpoint;
  }

  /** Returns when the server is ready. What it started is stopped again if it cannot be. */
  static InferenceServer start(ServerConfig config, PrintStream out)
      throws ModelException, IOException, InterruptedException {
    NanoClock clock = NanoClock.system();
    PrometheusRegistry registry = new PrometheusRegistry();
    ThroughputMeter throughput = new ThroughputMeter(out, clock);
    ServerMetrics metrics =
        new ServerMetrics(registry, throughput, new ExecutionStats(registry, clock));
    ServedModel model =
        new ModelLoader(config.model(), clock, metrics).load(config.directory(), "");
    try {
      ModelHost models = new ModelHost(model);
      ClassifierServices services = new ClassifierServices(models, config.limits(), clock, metrics);
      GrpcEndpoint endpoint = new GrpcEndpoint(config.network(), services);
      endpoint.start();
      throughput.start();
      model.engine().onHealthChange(() -> endpoint.serving(model.engine().healthyCores() > 0));
      endpoint.serving(true);
      return new InferenceServer(config, throughput, models, endpoint);
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  int port() {
    return endpoint.port();
  }

  ServedModel model() {
    return models.get();
  }

  /**
   * Answers what was taken and stops.
   *
   * @return whether everything was answered within the drain timeout
   */
  boolean drain() throws InterruptedException {
    long deadlineNs = clock.nanoTime() + config.drainTimeout().toNanos();
    endpoint.refuseAll();
    boolean answered = models.get().engine().drain(config.drainTimeout());
    long leftNs = Math.max(0, deadlineNs - clock.nanoTime());
    boolean sent = endpoint.endCalls(Duration.ofNanos(leftNs));
    close();
    return answered && sent;
  }

  private void close() throws InterruptedException {
    endpoint.close();
    models.get().close();
    throughput.stop();
  }
}
