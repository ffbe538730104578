package io.ganglion.server;

import io.ganglion.server.batch.AdmissionLimits;
import io.ganglion.server.batch.CoreLimits;
import io.ganglion.server.grpc.NetworkConfig;
import io.ganglion.server.grpc.WireLimits;
import io.ganglion.server.model.BackendChoice;
import io.ganglion.server.model.ModelFacts;
import io.ganglion.server.model.ModelOptions;
import io.ganglion.server.model.ServedModel;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The flags of {@code server}, and its life from first line to exit code. */
@Command(
    name = "server",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false,
    description = "Serves a compiled BERT classifier over gRPC until SIGTERM or Ctrl-C.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:stopped on request", "1:could not serve", "2:wrong usage"})
final class ServerCommand implements Callable<Integer> {
  private static final long MILLI_NS = 1_000_000L;

  private final PrintStream out;

  @Option(
      names = "--dir",
      required = true,
      paramLabel = "DIRECTORY",
      description = "the artifact that the compiler wrote")
  private Path directory;

  @Option(names = "--host", defaultValue = "127.0.0.1", description = "address to listen on")
  private String host;

  @Option(names = "--port", defaultValue = "60061", description = "gRPC port; 0: any free one")
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
      defaultValue = "0",
      description = "how long a free core waits for a fuller batch, in ms")
  private double maxDelayMs;

  @Option(
      names = "--age-bound",
      defaultValue = "1000",
      description =
          "a request that waits this long goes before younger ones with earlier"
              + " deadlines, in ms")
  private long ageBoundMs;

  @Option(
      names = "--max-queue",
      defaultValue = "1024",
      description = "most requests that wait for a core")
  private int maxQueue;

  @Option(
      names = "--max-queue-time",
      defaultValue = "30000",
      description = "longest predicted wait of a request that is let in, in ms")
  private long maxQueueMs;

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
      names = "--core-timeout",
      defaultValue = "30",
      description = "a batch that runs longer is failed and its core opened again, in s")
  private double coreTimeoutSeconds;

  @Option(
      names = "--drain-timeout",
      defaultValue = "30",
      description = "how long the requests in flight may take when the server stops, in s")
  private double drainTimeoutSeconds;

  @Option(names = "--verbose", description = "stack traces with errors")
  private boolean verbose;

  ServerCommand(PrintStream out) {
    this.out = out;
  }

  boolean verbose() {
    return verbose;
  }

  @Override
  public Integer call() throws Exception {
    InferenceServer server = InferenceServer.start(config(), out);
    CountDownLatch stop = new CountDownLatch(1);
    AtomicBoolean asked = new AtomicBoolean();
    Signals.handle(
        () -> {
          if (asked.getAndSet(true)) {
            Runtime.getRuntime().halt(1); // asked twice: at once
          }
          stop.countDown();
        },
        "TERM",
        "INT");
    announce(server);
    stop.await();
    out.println("stopping: finishing the requests in flight");
    if (!server.drain()) {
      out.println("some requests were not finished within the drain timeout");
    }
    return 0;
  }

  private void announce(InferenceServer server) {
    ServedModel model = server.model();
    ModelFacts facts = model.facts();
    out.printf(
        "serving %s (%d layers of %d, %s) on %d %s core%s: %s%n",
        facts.name(),
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
    out.printf("ready on %s:%d%n", host, server.port());
    out.flush();
  }

  private ServerConfig config() {
    int perConnection = connectionRequests > 0 ? connectionRequests : Math.max(1, maxQueue / 2);
    return new ServerConfig(
        directory,
        new ModelOptions(
            backend,
            Optional.ofNullable(libnrt),
            parallel,
            threads,
            batch,
            batchTokens,
            (long) (maxDelayMs * MILLI_NS),
            ageBoundMs * MILLI_NS,
            new AdmissionLimits(maxQueue, maxQueueMs * MILLI_NS),
            coreLimits()),
        new NetworkConfig(host, port, Math.max(4 << 20, 2 * itemBytes)),
        new WireLimits(itemBytes, streamRequests, perConnection, maxQueue),
        Duration.ofNanos((long) (drainTimeoutSeconds * 1000 * MILLI_NS)));
  }

  private CoreLimits coreLimits() {
    return new CoreLimits(
        (long) (coreTimeoutSeconds * 1000 * MILLI_NS),
        300_000 * MILLI_NS,
        100 * MILLI_NS,
        30_000 * MILLI_NS,
        3,
        5_000 * MILLI_NS);
  }
}
