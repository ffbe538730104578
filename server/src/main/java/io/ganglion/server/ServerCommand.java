package io.ganglion.server;

import io.ganglion.cli.Ports;
import io.ganglion.cli.UsageException;
import io.ganglion.cli.pairs.PairFile;
import io.ganglion.runtime.core.CoreOptions;
import io.ganglion.server.batch.AdmissionLimits;
import io.ganglion.server.batch.BatchEvents;
import io.ganglion.server.batch.NanoClock;
import io.ganglion.server.endpoint.ConnectionLimits;
import io.ganglion.server.endpoint.DescriptorBudget;
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
  /**
   * Bytes above the limit of an item, so that an item that is too long is answered and does not end
   * its stream.
   */
  private static final int MIN_MESSAGE_BYTES = 4 << 20;

  /** More cores or threads than any machine has. */
  private static final int MOST_CORES = 1_024;

  /**
   * Far more than the batch size at which cores stop getting faster. The trial at start still takes
   * only seconds.
   */
  private static final int MOST_BATCH = 4_096;

  /** BERT's positions end at 512. */
  private static final int MOST_BATCH_TOKENS = MOST_BATCH * 512;

  /** A million requests of 512 tokens are some gigabytes. */
  private static final int MOST_HELD = 1_000_000;

  /** Messages of twice this size are read, and all calls of a connection may send one at once. */
  private static final int MOST_ITEM_BYTES = 16 << 20;

  /** What a message has around an item. */
  private static final int INFLATED_OVERHEAD = 1_024;

  /** As HTTP/2 advises. */
  private static final int LEAST_CALLS = 100;

  /** Each holds a little memory whether it asks or not. */
  private static final int MOST_CALLS = 4_096;

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

  @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address to listen on.")
  private String host;

  @Option(
      names = "--port",
      defaultValue = "60061",
      converter = Ports.Listening.class,
      paramLabel = "PORT",
      description = "Port of gRPC; 0: any free port.")
  private int port;

  @Option(
      names = "--backend",
      defaultValue = "auto",
      paramLabel = "KIND",
      completionCandidates = CoreFlags.Backends.class,
      converter = CoreFlags.Backends.class,
      description =
          "Kind of core, ${COMPLETION-CANDIDATES}: auto takes the first of the others that can run"
              + " the artifact on this machine.")
  private BackendChoice backend;

  @Option(
      names = "--parallel",
      defaultValue = "0",
      paramLabel = "N",
      description = "NeuronCores to run; 0: as many as the machine has (processors, for the CPU).")
  private int parallel;

  @Option(
      names = "--thread",
      defaultValue = "1",
      paramLabel = "N",
      description = "Threads of one CPU core, or batches in flight on one hardware core.")
  private int threads;

  @Option(
      names = "--batch",
      defaultValue = "0",
      paramLabel = "N",
      description = "Most requests in a batch; 0: the artifact's batch size.")
  private int batch;

  @Option(
      names = "--max-batch-tokens",
      defaultValue = "0",
      paramLabel = "N",
      description = "Most tokens in a batch; 0: a full batch of longest requests.")
  private int batchTokens;

  @Option(
      names = "--max-delay",
      defaultValue = "0s",
      paramLabel = "TIME",
      description = "How long a free core waits for a fuller batch, such as 500us or 2ms.")
  private Duration maxDelay;

  @Option(
      names = "--age-bound",
      defaultValue = "1s",
      paramLabel = "TIME",
      description =
          "A request that waits this long goes before younger ones with earlier deadlines.")
  private Duration ageBound;

  @Option(
      names = "--max-queue",
      defaultValue = "1024",
      paramLabel = "N",
      description = "Most requests that wait for a core.")
  private int maxQueue;

  @Option(
      names = "--max-queue-time",
      defaultValue = "30s",
      paramLabel = "TIME",
      description = "Longest predicted wait of an admitted request.")
  private Duration maxQueueTime;

  @Option(
      names = "--max-item-size",
      defaultValue = "65536",
      paramLabel = "N",
      description = "Largest request, in bytes.")
  private int itemBytes;

  @Option(
      names = "--max-stream-requests",
      defaultValue = "256",
      paramLabel = "N",
      description = "Most requests in flight on one stream.")
  private int streamRequests;

  @Option(
      names = "--max-connection-requests",
      defaultValue = "0",
      paramLabel = "N",
      description = "Most requests in flight on one connection; 0: half of --max-queue.")
  private int connectionRequests;

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      description =
          "Most open connections; for one more the longest idle is closed, or itself. Default: "
              + ConnectionLimits.MOST_OPEN
              + ", or as many as the limit of open files allows.")
  private @Nullable Integer maxConnections;

  @Option(
      names = "--max-address-connections",
      defaultValue = "0",
      paramLabel = "N",
      description = "Most connections of one address; 0: half of --max-connections.")
  private int addressConnections;

  @Option(
      names = "--max-connection-age",
      defaultValue = "0s",
      paramLabel = "TIME",
      description =
          "After this a connection takes no new call, and those open on it end within"
              + " --drain-timeout; 0s: never.")
  private Duration connectionAge;

  @Option(
      names = "--core-timeout",
      defaultValue = "30s",
      paramLabel = "TIME",
      description = "Longest run of a batch; then it fails, and its core is opened again.")
  private Duration coreTimeout;

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
      names = "--tls-cert",
      paramLabel = "PEM",
      description = "Certificate chain to serve TLS with; read again when it changes.")
  private @Nullable Path tlsCertificate;

  @Option(names = "--tls-key", paramLabel = "PEM", description = "PKCS#8 key of --tls-cert.")
  private @Nullable Path tlsKey;

  @Option(
      names = "--tls-client-ca",
      paramLabel = "PEM",
      description = "Clients must have a certificate signed by this authority.")
  private @Nullable Path tlsClientAuthority;

  @Option(
      names = "--auth-token-file",
      paramLabel = "FILE",
      description =
          "Calls must bear one of the tokens in this file, one a line. A file is read again when it"
              + " changes, a pipe once at the start.")
  private @Nullable Path tokenFile;

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
      names = "--bootstrap",
      description =
          "Run a data set through the cores, without gRPC, print throughput and accuracy,"
              + " and exit.")
  private boolean bootstrap;

  @Option(
      names = "--data",
      paramLabel = "TSV",
      description = "Texts for --bootstrap, in GLUE's columns, with their header.")
  private @Nullable Path data;

  @Option(
      names = "--bootstrap-time",
      defaultValue = "10s",
      paramLabel = "TIME",
      description = "Shortest run of --bootstrap, in whole passes through the data.")
  private Duration bootstrapTime;

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
    return bootstrap
        ? bootstrap()
        : new ServeRun(config(), out, new EventLog(err, logFormat)).run();
  }

  private void checkFlags() {
    FlagChecks.address("--host", host);
    checkCores();
    checkCounts();
    FlagChecks.timeOrZero("--max-delay", maxDelay);
    FlagChecks.time("--age-bound", ageBound);
    FlagChecks.time("--max-queue-time", maxQueueTime);
    FlagChecks.time("--core-timeout", coreTimeout);
    FlagChecks.timeOrZero("--max-connection-age", connectionAge);
    FlagChecks.timeOrZero("--drain-delay", drainDelay);
    FlagChecks.timeOrZero("--drain-timeout", drainTimeout);
    FlagChecks.time("--version-interval", versionInterval);
    FlagChecks.timeOrZero("--bootstrap-time", bootstrapTime);
  }

  private void checkCores() {
    String why = "each core has a thread and memory of its own";
    FlagChecks.between(0, MOST_CORES, "--parallel", parallel, why);
    FlagChecks.between(1, MOST_CORES, "--thread", threads, "no machine has more processors");
    FlagChecks.between(
        0, MOST_BATCH, "--batch", batch, "each core runs full batches before the server is ready");
    FlagChecks.between(
        0,
        MOST_BATCH_TOKENS,
        "--max-batch-tokens",
        batchTokens,
        "that is the largest batch of the longest requests");
  }

  private void checkCounts() {
    String why = "each of them holds memory";
    FlagChecks.between(1, MOST_HELD, "--max-queue", maxQueue, why);
    FlagChecks.between(1, MOST_HELD, "--max-stream-requests", streamRequests, why);
    FlagChecks.between(0, MOST_HELD, "--max-connection-requests", connectionRequests, why);
    if (maxConnections != null) {
      FlagChecks.between(1, MOST_HELD, "--max-connections", maxConnections, why);
    }
    FlagChecks.between(0, MOST_HELD, "--max-address-connections", addressConnections, why);
    FlagChecks.between(
        1,
        MOST_ITEM_BYTES,
        "--max-item-size",
        itemBytes,
        "no model reads more than the first few thousand bytes of a text");
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
    int connections = connections();
    int perConnection = connectionRequests > 0 ? connectionRequests : Math.max(1, maxQueue / 2);
    return new ServerConfig(
        directory,
        modelOptions(),
        new NetworkConfig(
            host,
            port,
            Math.max(MIN_MESSAGE_BYTES, 2 * itemBytes),
            INFLATED_OVERHEAD + 2 * itemBytes,
            new ConnectionLimits(
                connections,
                addressConnections > 0 ? addressConnections : Math.max(1, connections / 2),
                connectionCalls(perConnection),
                connectionAge.isZero()
                    ? Optional.empty()
                    : Optional.of(new ConnectionLimits.Age(connectionAge, drainTimeout))),
            tls(),
            Optional.ofNullable(tokenFile)),
        metricsPort,
        new WireLimits(itemBytes, streamRequests, perConnection, maxQueue),
        drainDelay,
        drainTimeout,
        versionInterval,
        Optional.ofNullable(otlpEndpoint).filter(url -> !url.isBlank()));
  }

  /** Twice what may be in flight: a call too many reaches the server, and is refused at once. */
  private static int connectionCalls(int inFlight) {
    return Math.max(LEAST_CALLS, Math.min(MOST_CALLS, 2 * inFlight));
  }

  /** The requested number of connections, or as many as the limit of descriptors allows. */
  private int connections() {
    long limit = DescriptorBudget.limit();
    int room = DescriptorBudget.connections(limit);
    if (room == 0) {
      throw new UsageException(
          "The process may open only "
              + limit
              + " files, and needs more for itself: raise that limit (ulimit -n).");
    }
    if (maxConnections == null) {
      if (room < ConnectionLimits.MOST_OPEN) {
        out.printf(
            "note: --max-connections is lowered to %d, because the process may open only %d files"
                + " (ulimit -n)%n",
            room, limit);
      }
      return Math.min(room, ConnectionLimits.MOST_OPEN);
    }
    if (maxConnections > room) {
      throw new UsageException(
          "--max-connections must be at most "
              + room
              + ", and is "
              + maxConnections
              + ": the process may open only "
              + limit
              + " files; raise that limit (ulimit -n) or lower the flag.");
    }
    return maxConnections;
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
        new CoreOptions(parallel, threads, batch, CoreFlags.given(spec)),
        batchTokens,
        maxDelay.toNanos(),
        ageBound.toNanos(),
        new AdmissionLimits(maxQueue, maxQueueTime.toNanos()),
        ModelOptions.coreLimits(coreTimeout.toNanos()));
  }
}
