package io.ganglion.server;

import io.ganglion.cli.FailureSink;
import io.ganglion.cli.pairs.PairFile;
import io.ganglion.engine.batch.BatchEvents;
import io.ganglion.engine.batch.NanoClock;
import io.ganglion.engine.model.ModelLoader;
import io.ganglion.engine.model.ModelOptions;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.engine.model.Versions;
import io.ganglion.server.endpoint.NetworkConfig;
import io.ganglion.server.log.EventLog;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
    footer = {
      "Examples:",
      "  server --dir mrpc-bf16",
      "  server --dir models --host 0.0.0.0 --drain-delay 5s --log-format json",
      "  server --dir mrpc-bf16 --tls-cert cert.pem --tls-key key.pem --auth-token-file tokens",
      "  server --config server.yaml --print-config",
      "  server --dir mrpc-bf16 --bootstrap --data dev.tsv"
    },
    modelTransformer = CoreFlags.class)
final class ServerCommand implements Callable<Integer>, FailureSink {
  private final PrintStream out;
  private final PrintStream err;
  private @Nullable EventLog log;

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

  @ArgGroup(validate = false, heading = "%nVersions and stopping:%n")
  private LifeFlags life = new LifeFlags();

  @ArgGroup(validate = false, heading = "%nMetrics, traces and logs:%n")
  private TelemetryFlags telemetry = new TelemetryFlags();

  @ArgGroup(validate = false, heading = "%nWithout gRPC:%n")
  private BootstrapFlags bootstrap = new BootstrapFlags();

  ServerCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws Exception {
    checkFlags();
    if (bootstrap.asked) {
      return bootstrap();
    }
    EventLog events = telemetry.log(out, err);
    log = events;
    return new ServeRun(config(events), events).run();
  }

  @Override
  public boolean failed(String sentence) {
    if (log == null || !log.isJson()) {
      return false;
    }
    log.error("failed", "reason", sentence);
    return true;
  }

  private void checkFlags() {
    network.check();
    model.check();
    bootstrap.check();
    life.check();
    telemetry.check();
  }

  private int bootstrap() throws Exception {
    PairFile file = PairFile.read(bootstrap.data(), PairFile.MOST);
    Versions.Version version = Versions.latest(directory);
    ServedModel served =
        new ModelLoader(modelOptions(), NanoClock.system(), BatchEvents.none())
            .load(version.directory(), version.text());
    try {
      ServeRun.describe(served, telemetry.log(out, err));
      List<LabelledPair> pairs = LabelledPair.of(file, served.labels(), err);
      boolean allAnswered =
          new BootstrapRun(served, pairs, model.maxQueue(), out).run(bootstrap.least.toNanos());
      return allAnswered ? 0 : 1;
    } finally {
      served.close();
    }
  }

  private ServerConfig config(EventLog events) {
    NetworkConfig listening = network.config(model.maxQueue(), life.drainTimeout, events);
    return new ServerConfig(
        directory,
        modelOptions(),
        listening,
        telemetry.telemetry(listening.host()),
        network.limits(model.maxQueue()),
        life.drainDelay,
        life.drainTimeout,
        life.versionInterval);
  }

  ModelOptions modelOptions() {
    return model.options(CoreFlags.given(spec));
  }
}
