package io.ganglion.server;

import io.ganglion.cli.Durations;
import io.ganglion.engine.model.ModelFacts;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.server.endpoint.NetworkConfig;
import io.ganglion.server.log.EventLog;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs a server in the foreground: prints what it serves, and serves until a signal. */
final class ServeRun {
  /** Time for the steps after the drain: connections, hanging cores, traces. */
  private static final Duration PARTING = Duration.ofSeconds(15);

  private final ServerConfig config;
  private final PrintStream out;
  private final EventLog log;

  ServeRun(ServerConfig config, PrintStream out, EventLog log) {
    this.config = config;
    this.out = out;
    this.log = log;
  }

  /**
   * Returns the exit code when the server has stopped. A second signal ends the process at once.
   */
  int run() throws Exception {
    Distress.prepare();
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
    InferenceServer server = InferenceServer.start(config, out, log);
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
      out.println(
          "stopping: not ready, and still serving for " + Durations.print(config.drainDelay()));
      out.flush();
      server.leave(config.drainDelay());
    }
    out.println("stopping: finishing the requests in flight");
    out.flush();
    if (!server.drain()) {
      log.event("drain_timeout", "seconds", config.drainTimeout().toMillis() / 1e3);
    }
    return server.lost().isDone() ? 1 : 0;
  }

  private void announce(InferenceServer server) {
    NetworkConfig network = config.network();
    describe(server.model(), out);
    if (server.metricsPort() != 0) {
      out.printf("metrics on http://%s:%d/metrics%n", network.host(), server.metricsPort());
    }
    if (network.tokenFile().isPresent() && network.tls().isEmpty()) {
      out.println("note: without TLS the bearer token can be read on its way");
    }
    out.printf(
        "ready on %s:%d%s%n",
        network.host(), server.port(), network.tls().isEmpty() ? "" : " (TLS)");
    out.flush();
  }

  /** Prints what is served, in the first lines of the output. */
  static void describe(ServedModel model, PrintStream out) {
    ModelFacts facts = model.facts();
    out.printf(
        "serving %s%s: %d layers of %d, %s, on %d %s core%s (%s)%n",
        facts.name(),
        facts.version().isEmpty() ? "" : " version " + facts.version(),
        facts.manifest().dimensions().layers(),
        facts.manifest().dimensions().hiddenSize(),
        facts.manifest().precision(),
        facts.cores(),
        facts.backend(),
        facts.cores() == 1 ? "" : "s",
        facts.backendReason());
    model.notes().forEach(out::println);
    out.printf(
        "batches of up to %d requests, %d tokens%n",
        facts.batch().maxRequests(), facts.batch().maxTokens());
  }
}
