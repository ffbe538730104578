package io.ganglion.server;

import io.ganglion.cli.Ports;
import io.ganglion.cli.pairs.PairFile;
import io.ganglion.engine.batch.BatchEvents;
import io.ganglion.engine.batch.NanoClock;
import io.ganglion.engine.model.ModelLoader;
import io.ganglion.engine.model.ModelOptions;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.engine.model.Versions;
import io.ganglion.server.log.EventLog;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The flags of {@code server}, and the configuration that they ask for. */
@Command(
    name = "server",
    description = "Serves a compiled BERT classifier over gRPC until SIGTERM or Ctrl-C.",
    exitCodeList = {"0:Stopped on request.", "1:Could not serve.", "2:Wrong usage."},
    modelTransformer = CoreFlags.class)
final class ServerCommand implements Callable<Integer> {
  private final PrintStream out;
  private final PrintStream err;

  @Spec private CommandSpec spec;

  @Option(
      names = "--dir",
      required = true,
      paramLabel = "DIRECTORY",
      description =
          "The artifact that the compiler wrote, or a folder of numbered artifacts: the highest is"
              + " served, and a higher one that appears is swapped in.")
  private Path directory;

  @ArgGroup(validate = false, heading = "%nNetwork:%n")
  private NetworkFlags network = new NetworkFlags();

  @ArgGroup(validate = false, heading = "%nCores and batches:%n")
  private ModelFlags model = new ModelFlags();

  @ArgGroup(validate = false, heading = "%nWithout gRPC:%n")
  private BootstrapFlags bootstrap = new BootstrapFlags();

  @Option(
      names = "--metrics-port",
      defaultValue = "60062",
      converter = Ports.ListeningOrNone.class,
      paramLabel = "PORT",
      description = "HTTP port of /metrics, /healthz and /readyz; 0: any free port; or none.")
  private OptionalInt metricsPort;

  @Option(
      names = "--version-interval",
      defaultValue = "5s",
      paramLabel = "TIME",
      description = "How often a folder of versions is checked.")
  private Duration versionInterval;

  @Option(
      names = "--drain-delay",
      defaultValue = "0s",
      paramLabel = "TIME",
      description =
          "How long the server still takes calls, as not ready, before it stops. Not a part of"
              + " --drain-timeout.")
  private Duration drainDelay;

  @Option(
      names = "--drain-timeout",
      defaultValue = "30s",
      paramLabel = "TIME",
      description = "How long requests in flight may take when the server stops.")
  private Duration drainTimeout;

  @Option(
      names = "--otlp-endpoint",
      paramLabel = "URL",
      defaultValue = "${env:OTEL_EXPORTER_OTLP_ENDPOINT}",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description =
          "Send OpenTelemetry traces to this collector, with the settings of OTEL_* variables."
              + " Default: OTEL_EXPORTER_OTLP_ENDPOINT, or no traces.")
  private @Nullable String otlpEndpoint;

  @Option(
      names = "--log-format",
      defaultValue = "TEXT",
      description = "${COMPLETION-CANDIDATES}: how events are written to stderr.")
  private EventLog.Format logFormat;

  ServerCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws Exception {
    checkFlags();
    return bootstrap.asked
        ? bootstrap()
        : new ServeRun(config(), out, new EventLog(err, logFormat)).run();
  }

  private void checkFlags() {
    network.check();
    model.check();
    bootstrap.check();
    FlagChecks.timeOrZero("--drain-delay", drainDelay);
    FlagChecks.timeOrZero("--drain-timeout", drainTimeout);
    FlagChecks.time("--version-interval", versionInterval);
  }

  private int bootstrap() throws Exception {
    PairFile file = PairFile.read(bootstrap.data(), PairFile.MOST);
    Versions.Version version = Versions.latest(directory);
    ServedModel served =
        new ModelLoader(modelOptions(), NanoClock.system(), BatchEvents.none())
            .load(version.directory(), version.text());
    try {
      ServeRun.describe(served, out);
      List<LabelledPair> pairs = LabelledPair.of(file, served.labels(), err);
      boolean allAnswered =
          new BootstrapRun(served, pairs, model.maxQueue(), out).run(bootstrap.least.toNanos());
      return allAnswered ? 0 : 1;
    } finally {
      served.close();
    }
  }

  private ServerConfig config() {
    return new ServerConfig(
        directory,
        modelOptions(),
        network.config(model.maxQueue(), drainTimeout, out),
        metricsPort,
        network.limits(model.maxQueue()),
        drainDelay,
        drainTimeout,
        versionInterval,
        Optional.ofNullable(otlpEndpoint).filter(url -> !url.isBlank()));
  }

  ModelOptions modelOptions() {
    return model.options(CoreFlags.given(spec));
  }
}
