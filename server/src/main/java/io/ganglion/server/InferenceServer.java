package io.ganglion.server;

import com.google.common.base.Throwables;
import io.ganglion.cli.Build;
import io.ganglion.engine.batch.NanoClock;
import io.ganglion.engine.model.ModelException;
import io.ganglion.engine.model.ModelFacts;
import io.ganglion.engine.model.ModelLoader;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.engine.model.Versions;
import io.ganglion.server.endpoint.GrpcEndpoint;
import io.ganglion.server.grpc.RequestTracer;
import io.ganglion.server.grpc.WireServices;
import io.ganglion.server.log.EventLog;
import io.ganglion.server.metrics.ExecutionStats;
import io.ganglion.server.metrics.Gauges;
import io.ganglion.server.metrics.MetricsEndpoint;
import io.ganglion.server.metrics.ServerMetrics;
import io.ganglion.server.metrics.ThroughputMeter;
import io.ganglion.server.trace.Tracing;
import io.ganglion.server.versions.ModelHost;
import io.ganglion.server.versions.VersionWatcher;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One server, from start to stop.
 *
 * <p>Order of starting: metrics port (not ready), model, cores (each must pass its check), gRPC
 * port, health SERVING. Order of stopping: health NOT_SERVING, new requests refused, cores finish
 * queued requests, streams end, ports close, cores close.
 */
final class InferenceServer {
  private final ServerConfig config;
  private final EventLog log;
  private final NanoClock clock = NanoClock.system();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ThroughputMeter throughput;
  private final ServerMetrics metrics;
  private @Nullable MetricsEndpoint http;
  private @Nullable ModelHost models;
  private @Nullable GrpcEndpoint endpoint;
  private @Nullable VersionWatcher versions;
  private @Nullable Tracing tracing;
  private final CompletableFuture<Void> lost = new CompletableFuture<>();
  private volatile boolean ready;
  private volatile boolean leaving;

  private InferenceServer(ServerConfig config, EventLog log) {
    this.config = config;
    this.log = log;
    this.throughput = new ThroughputMeter(log, clock, config.telemetry().throughputInterval());
    this.metrics =
        new ServerMetrics(
            registry, log, throughput, new ExecutionStats(registry, clock), this::lose);
  }

  /**
   * Starts the server and returns when it is ready. On failure everything that was started is
   * stopped again.
   */
  static InferenceServer start(ServerConfig config, EventLog log)
      throws ModelException, IOException, InterruptedException {
    InferenceServer server = new InferenceServer(config, log);
    try {
      server.start();
      return server;
    } catch (ModelException | IOException | RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  private void start() throws ModelException, IOException, InterruptedException {
    Telemetry telemetry = config.telemetry();
    if (telemetry.metricsPort().isPresent()) {
      http =
          MetricsEndpoint.start(
              telemetry.metricsHost(),
              telemetry.metricsPort().getAsInt(),
              registry,
              this::ready,
              metrics);
    }
    Versions.Version version = Versions.latest(config.directory());
    ModelLoader loader = new ModelLoader(config.model(), clock, metrics);
    ModelHost host = new ModelHost(loader.load(version.directory(), version.text()));
    models = host;
    WireServices services =
        new WireServices(Protocols.all(), host, config.limits(), clock, metrics, tracer());
    GrpcEndpoint grpc = GrpcEndpoint.network(config.network(), services, metrics);
    endpoint = grpc;
    grpc.start();
    registerGauges(host, services);
    throughput.start(metrics);
    host.whenServing(model -> watchHealth(model, grpc));
    if (version.number().isPresent()) {
      versions =
          new VersionWatcher(
              config.directory(),
              version.number().get(),
              loader,
              host,
              config.versionInterval(),
              config.drainTimeout(),
              log,
              metrics);
      versions.start();
    }
  }

  private RequestTracer tracer() {
    if (config.telemetry().traceEndpoint().isEmpty()) {
      return RequestTracer.NONE;
    }
    tracing = Tracing.open(config.telemetry().traceEndpoint().get());
    return tracing;
  }

  private void registerGauges(ModelHost host, WireServices services) {
    Gauges.register(
        registry,
        () -> host.get().scheduler().queueDepth(),
        () -> host.get().scheduler().predictedWaitNs() * 1e-9,
        () -> host.get().scheduler().healthyCores(),
        () -> host.get().scheduler().cacheBytes(),
        () -> host.get().paddingRatio(),
        services::stalledStreams);
    Gauges.buildInfo(registry, Build.version());
    Info info = Gauges.modelInfo(registry);
    host.whenServing(
        model -> {
          ModelFacts facts = model.facts();
          info.setLabelValues(
              facts.name(),
              facts.digest(),
              facts.version(),
              facts.manifest().precision().toString(),
              facts.backend());
        });
  }

  private void watchHealth(ServedModel model, GrpcEndpoint grpc) {
    Runnable update =
        () -> {
          if (models != null && models.get() == model) {
            ready = model.scheduler().healthyCores() > 0 && !lost.isDone() && !leaving;
            grpc.serving(ready);
          }
        };
    model.scheduler().onHealthChange(update);
    update.run();
  }

  /** A thread has ended that the server cannot do without. */
  private void lose() {
    ready = false;
    try {
      if (endpoint != null) {
        endpoint.serving(false);
      }
    } finally {
      lost.complete(null);
    }
  }

  /** Completes when the server can no longer serve although nobody asked it to stop. */
  CompletableFuture<Void> lost() {
    return lost;
  }

  private boolean ready() {
    return ready;
  }

  int port() {
    return endpoint == null ? -1 : endpoint.port();
  }

  int metricsPort() {
    return http == null ? 0 : http.port();
  }

  ServedModel model() {
    if (models == null) {
      throw new IllegalStateException("The server was not started.");
    }
    return models.get();
  }

  /**
   * Says that it is not ready, and serves all the same until that time is over: clients that come
   * through a balancer are sent elsewhere before anybody is refused. Ends early if the server
   * cannot serve any more.
   */
  void leave(Duration time) throws InterruptedException {
    leaving = true;
    ready = false;
    if (endpoint != null) {
      endpoint.serving(false);
    }
    try {
      lost.get(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // The time is over; nobody completes it with a failure.
    }
  }

  /**
   * Answers accepted requests and stops.
   *
   * @return whether everything was answered within the drain timeout
   */
  boolean drain() throws InterruptedException {
    long deadlineNs = clock.nanoTime() + config.drainTimeout().toNanos();
    ready = false;
    try {
      if (versions != null) {
        versions.stop();
      }
      return endpoint == null || finish(endpoint, deadlineNs);
    } finally {
      close();
    }
  }

  private boolean finish(GrpcEndpoint grpc, long deadlineNs) throws InterruptedException {
    grpc.refuseAll();
    boolean answered = model().scheduler().drain(Duration.ofNanos(leftNs(deadlineNs)));
    return grpc.endCalls(Duration.ofNanos(leftNs(deadlineNs))) && answered;
  }

  private long leftNs(long deadlineNs) {
    return Math.max(0, deadlineNs - clock.nanoTime());
  }

  /** Closes all parts, each even if closing an earlier one failed. */
  private void close() throws InterruptedException {
    ready = false;
    Throwable first = null;
    for (Step step : closing()) {
      try {
        step.run();
      } catch (RuntimeException | Error e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      Throwables.throwIfUnchecked(first);
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws InterruptedException;
  }

  private List<Step> closing() {
    List<Step> steps = new ArrayList<>();
    if (versions != null) {
      steps.add(versions::stop);
    }
    if (endpoint != null) {
      steps.add(endpoint::close);
    }
    if (models != null) {
      steps.add(() -> model().close());
    }
    if (tracing != null) {
      steps.add(tracing::close);
    }
    steps.add(throughput::stop);
    if (http != null) {
      steps.add(http::close);
    }
    return steps;
  }
}
