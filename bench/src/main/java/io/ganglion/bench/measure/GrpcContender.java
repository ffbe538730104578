package io.ganglion.bench.measure;

import io.ganglion.api.Classification;
import io.ganglion.api.TextPair;
import io.ganglion.bench.engine.EngineException;
import io.ganglion.bench.workload.Pairs;
import io.ganglion.bench.workload.Workload;
import io.ganglion.client.ClassificationStream;
import io.ganglion.client.GanglionClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A server of our own in a JVM of its own, reached through the client SDK over a real port on
 * loopback: text in, probabilities out, server and client on the same processors.
 */
public final class GrpcContender implements Contender {
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  // As long as the rows in process try their settings: kernels are made for each length that comes.
  private static final double WARM_UP_SECONDS = 10;
  // The JIT compiles what has run some 5,000 times: a large model takes minutes to get there, and
  // its rounds would pay for it.
  private static final int JIT_WARM_UP_PAIRS = 60_000;
  // Below what a server takes of one stream and one connection by default.
  private static final int MOST_IN_FLIGHT = 224;
  // A connection is one thread of the client and one of the server.
  private static final int CORES_A_CONNECTION = 4;
  // More in flight than the cores hold, so that they never wait and every batch is full; more still
  // only queues.
  private static final double SECONDS_IN_FLIGHT = 0.1;
  private static final int BATCHES_IN_FLIGHT = 3;

  private final ServerProcess server;
  private final List<GanglionClient> clients = new ArrayList<>();
  private final Workload workload;
  private final Answers answers;
  private final List<Integer> order;
  private final String flags;
  private int cores;
  private final AtomicInteger next = new AtomicInteger();
  private int inFlight; // of each connection

  private GrpcContender(ServerProcess server, String flags, Workload workload) {
    this.server = server;
    this.workload = workload;
    this.flags = flags;
    answers = new Answers(workload.size());
    order = workload.evenOrder();
    connect();
  }

  /** Asks how many cores there are, and connects as often as they need. */
  private void prepare(int batchSize) throws EngineException, InterruptedException {
    try {
      cores = clients.get(0).model().get().cores();
    } catch (ExecutionException e) {
      throw new EngineException("The server does not say how many cores it has", e);
    }
    int all = BATCHES_IN_FLIGHT * cores * batchSize;
    int connections = connections(cores, all);
    while (clients.size() < connections) {
      connect();
    }
    inFlight = Math.min(MOST_IN_FLIGHT, (all + connections - 1) / connections);
  }

  /** As many as take so many pairs in flight and keep so many cores in work. */
  static int connections(int cores, int inFlight) {
    return Math.max(
        (inFlight + MOST_IN_FLIGHT - 1) / MOST_IN_FLIGHT,
        (cores + CORES_A_CONNECTION - 1) / CORES_A_CONNECTION);
  }

  private void connect() {
    clients.add(
        GanglionClient.builder()
            .target("127.0.0.1:" + server.port())
            .deadline(DEADLINE)
            .executor(Runnable::run)
            .build());
  }

  /**
   * Starts a server, warms up its Java with one artifact and measures with another.
   *
   * @param tiny of a model that is answered thousands of times a second
   * @param flags of the server, those that matter to its speed
   * @param batchSize that the server runs at most, by these flags
   */
  public static GrpcContender start(
      Path tiny, Path artifact, List<String> flags, int batchSize, Workload workload)
      throws EngineException, InterruptedException {
    ServerProcess server = ServerProcess.start(tiny, flags);
    GrpcContender contender = new GrpcContender(server, String.join(" ", flags), workload);
    try {
      contender.prepare(batchSize);
      contender.compileJava();
      server.swapTo(artifact);
      contender.fill(contender.measure(WARM_UP_SECONDS));
      return contender;
    } catch (EngineException | InterruptedException | RuntimeException e) {
      contender.close();
      throw e;
    }
  }

  /** More in flight where answers come so fast that they would be short. */
  private void fill(double rate) {
    double wanted = rate * SECONDS_IN_FLIGHT / clients.size();
    inFlight = (int) Math.min(MOST_IN_FLIGHT, Math.max(inFlight, wanted));
  }

  @Override
  public String setting() {
    return "server %s, %d cores, %d in flight, %d connections"
        .formatted(
            flags.isEmpty() ? "with its default flags" : flags,
            cores,
            inFlight * clients.size(),
            clients.size());
  }

  @Override
  public double processorSeconds() {
    return ProcessorTime.seconds(ProcessHandle.current()) + server.processorSeconds();
  }

  @Override
  public double measure(double seconds) throws EngineException, InterruptedException {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    CoreRates rates = new CoreRates();
    Sender sender =
        stream -> {
          int pair = nextPair();
          return send(stream, texts(pair))
              .thenAccept(
                  answer -> {
                    rates.add(answer, System.nanoTime());
                    answers.put(pair, probabilities(answer));
                  });
        };
    run(sender, () -> isOver(end, rates));
    return rates.perSecond();
  }

  /** Not before each core has run a few batches, unless one has died. */
  private boolean isOver(long end, CoreRates rates) {
    long late = System.nanoTime() - end;
    if (late < 0 || (!rates.have(cores, BATCHES_AT_LEAST) && late < DEADLINE.toNanos())) {
      return false;
    }
    rates.stop(); // from here on the cores run dry
    return true;
  }

  private void compileJava() throws EngineException, InterruptedException {
    AtomicInteger answered = new AtomicInteger();
    run(
        stream -> send(stream, texts(nextPair())).thenAccept(answer -> answered.incrementAndGet()),
        () -> answered.get() >= JIT_WARM_UP_PAIRS);
  }

  private int nextPair() {
    return order.get(Math.floorMod(next.getAndIncrement(), order.size()));
  }

  private TextPair texts(int pair) {
    Pairs.Pair texts = workload.pairs().get(pair);
    return new TextPair(texts.a(), texts.b());
  }

  private static CompletableFuture<Classification> send(
      ClassificationStream stream, TextPair pair) {
    return stream
        .trySend(pair)
        .orElseThrow(() -> new IllegalStateException("more in flight than planned"));
  }

  /** Sends the next pair; completes when its answer has been dealt with. */
  private interface Sender {
    CompletableFuture<Void> send(ClassificationStream stream);
  }

  /** Keeps {@link #inFlight} pairs in flight until it is over, and waits for their answers. */
  private void run(Sender sender, BooleanSupplier isOver)
      throws EngineException, InterruptedException {
    CompletableFuture<Void> over = new CompletableFuture<>();
    List<ClassificationStream> streams = new ArrayList<>();
    try {
      for (GanglionClient client : clients) {
        // An answered pair gives its place back only after its outcome, which sends the next one.
        ClassificationStream stream = client.openStream(2 * inFlight);
        streams.add(stream);
        for (int i = 0; i < inFlight; i++) {
          sendNext(stream, sender, isOver, over);
        }
      }
      over.get();
    } catch (ExecutionException e) {
      throw new EngineException("The server failed a request", e);
    } finally {
      streams.forEach(ClassificationStream::close);
    }
  }

  /** The thread that brings an answer sends the next pair: no other is to take a processor. */
  private static void sendNext(
      ClassificationStream stream,
      Sender sender,
      BooleanSupplier isOver,
      CompletableFuture<Void> over) {
    var unused =
        sender
            .send(stream)
            .whenComplete(
                (done, error) -> {
                  if (error != null) {
                    over.completeExceptionally(error);
                  } else if (!over.isDone() && isOver.getAsBoolean()) {
                    over.complete(null);
                  }
                  if (!over.isDone()) {
                    sendNext(stream, sender, isOver, over);
                  }
                });
  }

  private static float[] probabilities(Classification answer) {
    float[] probabilities = new float[answer.probabilities().size()];
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] = answer.probabilities().get(i);
    }
    return probabilities;
  }

  @Override
  public Answers answers() {
    return answers;
  }

  @Override
  public void close() {
    clients.forEach(GanglionClient::closeNow);
    server.close();
  }
}
