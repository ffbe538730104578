package io.ganglion.server.metrics;

import io.ganglion.engine.batch.BatchEvents;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.server.endpoint.EndpointEvents;
import io.ganglion.server.grpc.WireEvents;
import io.ganglion.server.log.EventLog;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Counts events as metrics. Thread-safe; each method takes well under a microsecond. Metrics that
 * the vendor's exporter also has use its names. There are no exemplars: each count would ask
 * OpenTelemetry for a span, and cores have none.
 */
public final class ServerMetrics implements BatchEvents, WireEvents, EndpointEvents {
  private static final double NS = 1e-9;
  private static final double[] LATENCIES = {
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30
  };

  private final EventLog log;
  private final ThroughputMeter throughput;
  private final ExecutionStats executions;
  private final OutcomeCounters outcomes;
  private final CounterDataPoint unauthenticated;
  private final Counter admitted;
  private final Counter expiredInQueue;
  private final CounterDataPoint cacheHits;
  private final CounterDataPoint cacheShared;
  private final CounterDataPoint cacheMisses;
  private final Counter cacheEvictions;
  private final Counter tokens;
  private final Counter coreRestarts;
  private final Counter coresLost;
  private final CounterDataPoint reloadsUsed;
  private final CounterDataPoint reloadsRefused;
  private final Gauge filesInForce;
  private final Gauge certificateExpiry;
  private final DistributionDataPoint latency;
  private final DistributionDataPoint queueWait;
  private final DistributionDataPoint inference;
  private final DistributionDataPoint batchSize;
  private final DistributionDataPoint batchFill;
  private final Gauge streams;
  private final Gauge connections;
  private final Counter refusedConnections;
  private final Counter evictedConnections;
  private final Counter cutConnections;
  private final Counter connectionPauses;
  private final Counter threadFailures;
  private final Runnable onVitalEnd;

  /**
   * @param onVitalEnd run when a thread has ended that the server cannot do without
   */
  public ServerMetrics(
      PrometheusRegistry registry,
      EventLog log,
      ThroughputMeter throughput,
      ExecutionStats executions,
      Runnable onVitalEnd) {
    this.onVitalEnd = onVitalEnd;
    this.log = log;
    this.throughput = throughput;
    this.executions = executions;
    Counter requests =
        counter("ganglion_requests", "Requests by how they ended.", "outcome").register(registry);
    outcomes = new OutcomeCounters(registry, requests);
    unauthenticated = requests.labelValues("unauthenticated");
    admitted = counter("ganglion_admitted_requests", "Requests let in.").register(registry);
    expiredInQueue =
        counter("ganglion_queue_expired_requests", "Requests whose deadline passed as they waited.")
            .register(registry);
    Counter lookups =
        counter("ganglion_cache_requests", "Requests looked up in the cache, by result.", "result")
            .register(registry);
    cacheHits = lookups.labelValues("hit");
    cacheShared = lookups.labelValues("shared");
    cacheMisses = lookups.labelValues("miss");
    cacheEvictions =
        counter("ganglion_cache_evictions", "Kept answers that made room for others.")
            .register(registry);
    tokens = counter("ganglion_tokens", "Real tokens run, padding not counted.").register(registry);
    coreRestarts =
        counter("ganglion_core_restarts", "Times a lost core was opened again.", "neuroncore")
            .register(registry);
    coresLost =
        counter("ganglion_cores_lost", "Times a core broke or hung.", "neuroncore")
            .register(registry);
    Counter reloads =
        counter("ganglion_file_reloads", "Changed certificates and tokens, by outcome.", "outcome")
            .register(registry);
    reloadsUsed = reloads.labelValues("used");
    reloadsRefused = reloads.labelValues("refused");
    filesInForce =
        gauge(
                "ganglion_file_in_force_timestamp_seconds",
                "When certificates or tokens were last seen to be those in force, in Unix time.")
            .labelNames("file")
            .register(registry);
    certificateExpiry =
        gauge(
                "ganglion_certificate_expiry_timestamp_seconds",
                "When the first certificate of the file in force expires, in Unix time.")
            .labelNames("file")
            .register(registry);
    latency = seconds("ganglion_request_latency", "Arrival to answer.").register(registry);
    queueWait =
        seconds("ganglion_queue_wait", "Arrival to the cut of its batch.").register(registry);
    inference = seconds("ganglion_inference", "Time of a batch on its core.").register(registry);
    batchSize =
        Histogram.builder()
            .name("ganglion_batch_size_requests")
            .help("Requests in a batch.")
            .withoutExemplars()
            .classicOnly()
            .classicUpperBounds(1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128)
            .register(registry);
    batchFill =
        Histogram.builder()
            .name("ganglion_batch_fill_ratio")
            .help("Requests in a batch by those of a full one.")
            .withoutExemplars()
            .classicOnly()
            .classicUpperBounds(0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1)
            .register(registry);
    streams = gauge("ganglion_open_streams", "Open streams of items.").register(registry);
    connections = gauge("ganglion_open_connections", "Open connections.").register(registry);
    evictedConnections =
        counter("ganglion_evicted_connections", "Idle connections closed to make room.")
            .register(registry);
    cutConnections =
        counter(
                "ganglion_cut_connections",
                "Connections cut for floods of frames or for messages begun and not ended.")
            .register(registry);
    connectionPauses =
        counter(
                "ganglion_connection_pauses",
                "Times a connection was not read for a while, for its work came to nothing.")
            .register(registry);
    threadFailures =
        counter("ganglion_thread_failures", "Errors that a long-lived thread met.", "thread")
            .register(registry);
    refusedConnections =
        counter(
                "ganglion_refused_connections",
                "Connections closed at once: too many are open, or come from their address.")
            .register(registry);
  }

  static Counter.Builder counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).withoutExemplars();
  }

  private static Gauge.Builder gauge(String name, String help) {
    return Gauge.builder().name(name).help(help).withoutExemplars();
  }

  private static Histogram.Builder seconds(String name, String help) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .unit(Unit.SECONDS)
        .withoutExemplars()
        .classicOnly()
        .classicUpperBounds(LATENCIES);
  }

  @Override
  public void onOutcome(Outcome outcome, long latencyNs) {
    outcome.map(outcomes).inc();
    if (outcome instanceof Outcome.Answered answer) {
      throughput.mark();
      latency.observe(latencyNs * NS);
      queueWait.observe(answer.queueNs() * NS);
    }
  }

  @Override
  public void onUnauthenticated() {
    unauthenticated.inc();
  }

  @Override
  public void onStream(int change) {
    streams.inc(change);
  }

  @Override
  public void onConnection(int change) {
    connections.inc(change);
  }

  @Override
  public void onConnectionEvicted() {
    evictedConnections.inc();
  }

  @Override
  public void onConnectionPaused() {
    connectionPauses.inc();
  }

  @Override
  public void onConnectionCut() {
    cutConnections.inc();
  }

  @Override
  public void onConnectionRefused() {
    refusedConnections.inc();
  }

  @Override
  public void onReloaded(Path file) {
    reloadsUsed.inc();
    log.info("file_reloaded", "file", file);
  }

  @Override
  public void onFileInForce(Path file, Instant when) {
    filesInForce.labelValues(file.toString()).set((double) when.getEpochSecond());
  }

  @Override
  public void onCertificate(Path file, Instant expiry) {
    certificateExpiry.labelValues(file.toString()).set((double) expiry.getEpochSecond());
  }

  @Override
  public void onReloadRefused(Path file, String reason) {
    reloadsRefused.inc();
    log.warn("file_reload_refused", "file", file, "reason", reason);
  }

  @Override
  public void onThreadFailure(String thread, Throwable failure) {
    threadFailures.labelValues(thread).inc();
    log.error("thread_failed", "thread", thread, "reason", String.valueOf(failure));
  }

  @Override
  public void onVitalThreadEnded(String thread) {
    try {
      threadFailures.labelValues(thread).inc();
      log.error("thread_ended", "thread", thread, "consequence", "the server stops");
    } finally {
      onVitalEnd.run();
    }
  }

  @Override
  public void onAdmitted() {
    admitted.inc();
  }

  @Override
  public void onBatchStart(
      int coreIndex, int requests, int fullBatch, int batchTokens, long oldestWaitNs) {
    executions.started(coreIndex);
    tokens.inc(batchTokens);
    batchSize.observe(requests);
    batchFill.observe(requests / (double) fullBatch);
  }

  @Override
  public void onBatchEnd(int coreIndex, int requests, long elapsedNs, BatchResult result) {
    executions.ended(coreIndex, elapsedNs, result);
    if (result == BatchResult.COMPLETED) {
      inference.observe(elapsedNs * NS);
    }
  }

  @Override
  public void onLookup(Lookup found) {
    switch (found) {
      case HIT -> cacheHits.inc();
      case SHARED -> cacheShared.inc();
      case MISS -> cacheMisses.inc();
    }
  }

  @Override
  public void onEvicted() {
    cacheEvictions.inc();
  }

  @Override
  public void onExpired() {
    expiredInQueue.inc();
  }

  @Override
  public void onCoreLost(int coreIndex, String reason) {
    coresLost.labelValues(String.valueOf(coreIndex)).inc();
    log.error("core_lost", "core", coreIndex, "reason", reason);
  }

  @Override
  public void onCoreReady(int coreIndex, boolean again) {
    if (again) {
      coreRestarts.labelValues(String.valueOf(coreIndex)).inc();
      log.info("core_ready_again", "core", coreIndex);
    }
  }
}
