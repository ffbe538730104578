package io.ganglion.server;

import io.ganglion.cli.Build;
import io.ganglion.cli.Durations;
import io.ganglion.engine.model.ModelFacts;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.server.endpoint.NetworkConfig;
import io.ganglion.server.log.EventLog;
import io.ganglion.server.log.LibraryLog;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs a server in the foreground: prints what it serves, and serves until a signal. */
final class ServeRun {
  /** Time for the steps after the drain: connections, hanging cores, traces. */
  private static final Duration PARTING = Duration.ofSeconds(15);

  private final ServerConfig config;
  private final EventLog log;

  ServeRun(ServerConfig config, EventLog log) {
    this.config = config;
    this.log = log;
  }

  /**
   * Returns the exit code when the server has stopped. A second signal ends the process at once.
   */
  int run() throws Exception {
    LibraryLog.install(log);
    Distress.prepare();
    log.say(
        "server " + Build.version() + " loads " + config.directory(),
        "starting",
        "version",
        Build.version(),
        "directory",
        config.directory());
    CountDownLatch stop = new CountDownLatch(1);
    AtomicBoolean asked = new AtomicBoolean();
    AtomicBoolean serving = new AtomicBoolean();
    ForcedEnd end =
        ForcedEnd.prepare(
            config.drainDelay().plus(config.drainTimeout()).plus(PARTING),
            () -> Runtime.getRuntime().halt(1));
    Signals.handle(
        () -> {
          if (asked.getAndSet(true) || !serving.get()) {
            Runtime.getRuntime().halt(serving.get() ? 1 : 0); // second signal: at once
          }
          end.begin();
          stop.countDown();
        },
        "TERM",
        "INT",
        "HUP"); // what a terminal sends that is closed
    InferenceServer server = InferenceServer.start(config, log);
    serving.set(true);
    announce(server);
    var unused =
        server
            .lost()
            .thenRun(
                () -> {
                  end.begin();
                  stop.countDown();
                });
    stop.await();
    if (!config.drainDelay().isZero() && !server.lost().isDone()) {
      String delay = Durations.print(config.drainDelay());
      log.say("stopping: not ready, and still serving for " + delay, "leaving", "time", delay);
      server.leave(config.drainDelay());
    }
    log.say("stopping: finishing the requests in flight", "draining");
    if (!server.drain()) {
      log.warn("drain_timeout", "seconds", config.drainTimeout().toMillis() / 1e3);
    }
    int code = server.lost().isDone() ? 1 : 0;
    log.say("stopped", "stopped", "exit_code", code);
    return code;
  }

  private void announce(InferenceServer server) {
    NetworkConfig network = config.network();
    describe(server.model(), log);
    if (server.metricsPort() != 0) {
      String url =
          "http://%s:%d/metrics".formatted(config.telemetry().metricsHost(), server.metricsPort());
      log.say("metrics on " + url, "metrics_listening", "url", url);
    }
    if (network.tokenFile().isPresent() && network.tls().isEmpty()) {
      note("without TLS the bearer token can be read on its way", log);
    }
    boolean tls = network.tls().isPresent();
    log.say(
        "ready on %s:%d%s".formatted(network.host(), server.port(), tls ? " (TLS)" : ""),
        "ready",
        "host",
        network.host(),
        "port",
        server.port(),
        "tls",
        tls);
  }

  /** Says what is served. */
  static void describe(ServedModel model, EventLog log) {
    ModelFacts facts = model.facts();
    ModelManifest manifest = facts.manifest();
    log.say(
        "serving %s%s: %d layers of %d, %s, on %d %s core%s (%s)"
            .formatted(
                facts.name(),
                facts.version().isEmpty() ? "" : " version " + facts.version(),
                manifest.dimensions().layers(),
                manifest.dimensions().hiddenSize(),
                manifest.precision(),
                facts.cores(),
                facts.backend(),
                facts.cores() == 1 ? "" : "s",
                facts.backendReason()),
        "model_loaded",
        "name",
        facts.name(),
        "version",
        facts.version(),
        "digest",
        facts.digest(),
        "precision",
        manifest.precision(),
        "cores",
        facts.cores(),
        "backend",
        facts.backend(),
        "reason",
        facts.backendReason());
    model.notes().forEach(text -> log.say(text, "note", "text", text));
    log.say(
        "batches of up to %d requests, %d tokens"
            .formatted(facts.batch().maxRequests(), facts.batch().maxTokens()),
        "batches",
        "requests",
        facts.batch().maxRequests(),
        "tokens",
        facts.batch().maxTokens());
  }

  private static void note(String text, EventLog log) {
    log.say("note: " + text, "note", "text", text);
  }
}
