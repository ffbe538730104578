package io.ganglion.server;

import io.ganglion.cli.Ports;
import io.ganglion.cli.UsageException;
import io.ganglion.cli.pairs.PairFile;
import io.ganglion.core.nrt.NanPolicy;
import io.ganglion.server.batch.AdmissionLimits;
import io.ganglion.server.batch.BatchEvents;
import io.ganglion.server.batch.NanoClock;
import io.ganglion.server.endpoint.NetworkConfig;
import io.ganglion.server.endpoint.TlsFiles;
import io.ganglion.server.grpc.WireLimits;
import io.ganglion.server.log.EventLog;
import io.ganglion.server.model.BackendChoice;
import io.ganglion.server.model.ModelLoader;
import io.ganglion.server.model.ModelOptions;
import io.ganglion.server.model.ServedModel;
import io.ganglion.server.model.Versions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The flags of {@code server}, and what they ask for. */
@Command(
    name = "server",
    description = "Serves a compiled BERT classifier over gRPC until SIGTERM or Ctrl-C.",
    exitCodeList = {"0:Stopped on request.", "1:Could not serve.", "2:Wrong usage."})
final class ServerCommand implements Callable<Integer> {
  private static final Duration MILLISECOND = Duration.ofMillis(1);

  /** Above the limit of an item, so that one too long is answered and does not end its stream. */
  private static final int MIN_MESSAGE_BYTES = 4 << 20;

  private final PrintStream out;
  private final PrintStream err;

  @Option(
      names = "--dir",
      required = true,
      paramLabel = "DIRECTORY",
      description =
          "the artifact that the compiler wrote, or a folder of numbered ones: the highest is"
              + " served, and a higher one that appears is swapped in")
  private Path directory;

  @Option(names = "--host", defaultValue = "127.0.0.1", description = "address to listen on")
  private String host;

  @Option(
      names = "--port",
      defaultValue = "60061",
      converter = Ports.Listening.class,
      paramLabel = "PORT",
      description = "gRPC port; 0: any free one")
  private int port;

  @Option(
      names = "--backend",
      defaultValue = "AUTO",
      description =
          "${COMPLETION-CANDIDATES}: which kind of core; AUTO takes NeuronCores where the"
              + " artifact holds a program for them and the machine has some, else the CPU")
  private BackendChoice backend;

  @Option(
      names = "--libnrt",
      paramLabel = "FILE",
      description = "the Neuron runtime library; default: libnrt.so.1 of the vendor's package")
  private @Nullable Path libnrt;

  @Option(
      names = "--nrt-nan-policy",
      defaultValue = "CHECK",
      description =
          "${COMPLETION-CANDIDATES}: when a NeuronCore's batch fails for NaN or infinity: if a"
              + " request's logit is not finite; also if libnrt alone reports one; never")
  private NanPolicy nanPolicy;

  @Option(
      names = "--parallel",
      defaultValue = "0",
      description = "NeuronCores to run; 0: as many as the machine has (processors, for the CPU)")
  private int parallel;

  @Option(
      names = "--thread",
      defaultValue = "1",
      description = "threads of one CPU core, or batches in flight on one hardware core")
  private int threads;

  @Option(
      names = "--batch",
      defaultValue = "0",
      description = "most requests in a batch; 0: the artifact's batch size")
  private int batch;

  @Option(
      names = "--max-batch-tokens",
      defaultValue = "0",
      description = "most tokens in a batch; 0: a full batch of longest requests")
  private int batchTokens;

  @Option(
      names = "--max-delay",
      defaultValue = "0s",
      paramLabel = "TIME",
      description = "how long a free core waits for a fuller batch, as 500us or 2ms")
  private Duration maxDelay;

  @Option(
      names = "--age-bound",
      defaultValue = "1s",
      paramLabel = "TIME",
      description =
          "a request that waits this long goes before younger ones with earlier deadlines")
  private Duration ageBound;

  @Option(
      names = "--max-queue",
      defaultValue = "1024",
      description = "most requests that wait for a core")
  private int maxQueue;

  @Option(
      names = "--max-queue-time",
      defaultValue = "30s",
      paramLabel = "TIME",
      description = "longest predicted wait of a request that is let in")
  private Duration maxQueueTime;

  @Option(
      names = "--max-item-size",
      defaultValue = "65536",
      description = "largest request, in bytes")
  private int itemBytes;

  @Option(
      names = "--max-stream-requests",
      defaultValue = "256",
      description = "most requests in flight on one stream")
  private int streamRequests;

  @Option(
      names = "--max-connection-requests",
      defaultValue = "0",
      description = "most requests in flight on one connection; 0: half of --max-queue")
  private int connectionRequests;

  @Option(
      names = "--max-connections",
      defaultValue = "" + NetworkConfig.MAX_CONNECTIONS,
      description = "most open connections; one more is closed at once")
  private int maxConnections;

  @Option(
      names = "--core-timeout",
      defaultValue = "30s",
      paramLabel = "TIME",
      description = "a batch that runs longer is failed and its core opened again")
  private Duration coreTimeout;

  @Option(
      names = "--drain-timeout",
      defaultValue = "30s",
      paramLabel = "TIME",
      description = "how long the requests in flight may take when the server stops")
  private Duration drainTimeout;

  @Option(
      names = "--metrics-port",
      defaultValue = "60062",
      converter = Ports.ListeningOrNone.class,
      paramLabel = "PORT",
      description = "HTTP port of /metrics, /healthz and /readyz; 0: any free one; or none")
  private OptionalInt metricsPort;

  @Option(
      names = "--version-interval",
      defaultValue = "5s",
      paramLabel = "TIME",
      description = "how often a folder of versions is looked into")
  private Duration versionInterval;

  @Option(
      names = "--tls-cert",
      paramLabel = "PEM",
      description = "certificate chain: serve TLS; read again when it changes")
  private @Nullable Path tlsCertificate;

  @Option(names = "--tls-key", paramLabel = "PEM", description = "PKCS#8 key of --tls-cert")
  private @Nullable Path tlsKey;

  @Option(
      names = "--tls-client-ca",
      paramLabel = "PEM",
      description = "clients must show a certificate signed by this one")
  private @Nullable Path tlsClientAuthority;

  @Option(
      names = "--auth-token-file",
      paramLabel = "FILE",
      description = "calls must bear the token in this file; read again when it changes")
  private @Nullable Path tokenFile;

  @Option(
      names = "--otlp-endpoint",
      paramLabel = "URL",
      defaultValue = "${env:OTEL_EXPORTER_OTLP_ENDPOINT}",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description =
          "send OpenTelemetry traces to this collector, as the OTEL_* environment variables say;"
              + " default: OTEL_EXPORTER_OTLP_ENDPOINT, or no traces")
  private @Nullable String otlpEndpoint;

  @Option(
      names = "--bootstrap",
      description =
          "run a data set through the cores, without gRPC, print throughput and accuracy,"
              + " and exit")
  private boolean bootstrap;

  @Option(
      names = "--data",
      paramLabel = "TSV",
      description = "texts for --bootstrap, in GLUE's columns, with their header")
  private @Nullable Path data;

  @Option(
      names = "--bootstrap-time",
      defaultValue = "10s",
      paramLabel = "TIME",
      description = "how long --bootstrap runs at least; whole passes through the data")
  private Duration bootstrapTime;

  @Option(
      names = "--log-format",
      defaultValue = "TEXT",
      description = "${COMPLETION-CANDIDATES}: how events are written to stderr")
  private EventLog.Format logFormat;

  ServerCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws Exception {
    checkFlags();
    return bootstrap
        ? bootstrap()
        : new ServeRun(config(), out, new EventLog(err, logFormat)).run();
  }

  private void checkFlags() {
    FlagChecks.atLeast(0, "--parallel", parallel);
    FlagChecks.atLeast(1, "--thread", threads);
    FlagChecks.atLeast(0, "--batch", batch);
    FlagChecks.atLeast(0, "--max-batch-tokens", batchTokens);
    FlagChecks.atLeast(MILLISECOND, "--age-bound", ageBound);
    FlagChecks.atLeast(1, "--max-queue", maxQueue);
    FlagChecks.atLeast(MILLISECOND, "--max-queue-time", maxQueueTime);
    FlagChecks.atLeast(1, "--max-item-size", itemBytes);
    FlagChecks.atLeast(1, "--max-stream-requests", streamRequests);
    FlagChecks.atLeast(0, "--max-connection-requests", connectionRequests);
    FlagChecks.atLeast(1, "--max-connections", maxConnections);
    FlagChecks.positive("--core-timeout", coreTimeout);
    FlagChecks.positive("--version-interval", versionInterval);
  }

  private int bootstrap() throws Exception {
    if (data == null) {
      throw new UsageException("--bootstrap needs a data set: --data FILE.tsv");
    }
    PairFile file = PairFile.read(data, PairFile.MOST);
    Versions.Version version = Versions.latest(directory);
    ServedModel model =
        new ModelLoader(modelOptions(), NanoClock.system(), BatchEvents.none())
            .load(version.directory(), version.text());
    try {
      ServeRun.describe(model, out);
      List<LabelledPair> pairs = LabelledPair.of(file, model.labels(), err);
      boolean allAnswered =
          new BootstrapRun(model, pairs, maxQueue, out).run(bootstrapTime.toNanos());
      return allAnswered ? 0 : 1;
    } finally {
      model.close();
    }
  }

  private ServerConfig config() {
    int perConnection = connectionRequests > 0 ? connectionRequests : Math.max(1, maxQueue / 2);
    return new ServerConfig(
        directory,
        modelOptions(),
        new NetworkConfig(
            host,
            port,
            Math.max(MIN_MESSAGE_BYTES, 2 * itemBytes),
            maxConnections,
            tls(),
            Optional.ofNullable(tokenFile)),
        metricsPort,
        new WireLimits(itemBytes, streamRequests, perConnection, maxQueue),
        drainTimeout,
        versionInterval,
        Optional.ofNullable(otlpEndpoint).filter(url -> !url.isBlank()));
  }

  private Optional<TlsFiles> tls() {
    if (tlsCertificate != null && tlsKey != null) {
      return Optional.of(
          new TlsFiles(tlsCertificate, tlsKey, Optional.ofNullable(tlsClientAuthority)));
    }
    if (tlsCertificate != null || tlsKey != null || tlsClientAuthority != null) {
      throw new UsageException("TLS needs both --tls-cert and --tls-key.");
    }
    return Optional.empty();
  }

  ModelOptions modelOptions() {
    return new ModelOptions(
        backend,
        Optional.ofNullable(libnrt),
        nanPolicy,
        parallel,
        threads,
        batch,
        batchTokens,
        maxDelay.toNanos(),
        ageBound.toNanos(),
        new AdmissionLimits(maxQueue, maxQueueTime.toNanos()),
        ModelOptions.coreLimits(coreTimeout.toNanos()));
  }
}
