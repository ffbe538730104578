package io.ganglion.bench.measure;

import io.ganglion.bench.engine.EngineException;
import io.ganglion.bench.model.ChildJvm;
import io.ganglion.bench.workload.Pairs;
import io.ganglion.bench.workload.Workload;
import io.ganglion.client.Classification;
import io.ganglion.client.ClassificationStream;
import io.ganglion.client.GanglionClient;
import io.ganglion.client.TextPair;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server of our own in a JVM of its own, reached through the client SDK over a real port on
 * loopback: text in, probabilities out, server and client on the same processors.
 */
public final class GrpcContender implements Contender {
  private static final String SERVER = "io.ganglion.server.ServerMain";
  private static final Pattern READY = Pattern.compile("ready on .*:(\\d+)");
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  // As long as the rows in process try their settings: kernels are made for each length that comes.
  private static final double WARM_UP_SECONDS = 10;
  // Of pairs so short that even a large model answers the thousands it takes to compile the Java
  // around it, which in a service happens once and here would happen within the rounds.
  private static final double JIT_WARM_UP_SECONDS = 15;
  private static final TextPair SHORTEST = new TextPair("a", "b");
  private static final int FIRST_IN_FLIGHT = 32;
  // Below what a server takes of one stream and one connection by default.
  private static final int MOST_IN_FLIGHT = 224;
  // More in flight than the cores hold, so that they never wait and every batch is full; more still
  // only queues.
  private static final double SECONDS_IN_FLIGHT = 0.1;
  private static final int BATCHES_IN_FLIGHT = 3;

  private final Process process;
  private final GanglionClient client;
  private final Workload workload;
  private final Answers answers;
  private final List<Integer> order;
  private final int cores;
  private final String flags;
  private int inFlight = FIRST_IN_FLIGHT;
  private int next;

  private GrpcContender(Process process, int port, Workload workload, int cores, String flags) {
    this.process = process;
    this.workload = workload;
    this.cores = cores;
    this.flags = flags;
    answers = new Answers(workload.size());
    order = workload.evenOrder();
    client =
        GanglionClient.builder()
            .target("127.0.0.1:" + port)
            .deadline(DEADLINE)
            .executor(Runnable::run)
            .build();
  }

  /** Starts a server for an artifact and waits until it is ready. */
  public static GrpcContender start(Path artifact, int cores, int batchSize, Workload workload)
      throws EngineException, InterruptedException {
    List<String> flags =
        List.of("--parallel", Integer.toString(cores), "--batch", Integer.toString(batchSize));
    List<String> arguments = new ArrayList<>(flags);
    arguments.addAll(List.of("--dir", artifact.toString(), "--port", "0", "--metrics-port", "0"));
    Process process;
    try {
      process = ChildJvm.of(SERVER, arguments).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new EngineException("The server could not be started", e);
    }
    GrpcContender contender =
        new GrpcContender(process, port(process), workload, cores, String.join(" ", flags));
    contender.compileJava();
    double rate = contender.measure(WARM_UP_SECONDS);
    double full = BATCHES_IN_FLIGHT * cores * batchSize;
    contender.inFlight = (int) Math.min(MOST_IN_FLIGHT, Math.max(full, rate * SECONDS_IN_FLIGHT));
    return contender;
  }

  private static int port(Process process) throws EngineException {
    BufferedReader output = process.inputReader();
    String last = "";
    try {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        Matcher ready = READY.matcher(line);
        if (ready.find()) {
          drain(output);
          return Integer.parseInt(ready.group(1));
        }
        last = line;
      }
      throw new IOException("it ended with: " + last);
    } catch (IOException e) {
      process.destroy();
      throw new EngineException("The server did not become ready", e);
    }
  }

  /** Its later lines are of no use here, but a full pipe would stop it. */
  private static void drain(BufferedReader output) {
    Thread drain =
        new Thread(
            () -> {
              try (output) {
                while (output.readLine() != null) {
                  // read on
                }
              } catch (IOException e) {
                // The server has ended.
              }
            },
            "server-output");
    drain.setDaemon(true);
    drain.start();
  }

  @Override
  public String setting() {
    return "server " + flags + ", " + inFlight + " in flight on one stream";
  }

  @Override
  public double measure(double seconds) throws EngineException, InterruptedException {
    return run(
        seconds,
        stream -> {
          int pair = order.get(next++ % order.size());
          Pairs.Pair texts = workload.pairs().get(pair);
          return stream
              .send(new TextPair(texts.a(), texts.b()))
              .thenApply(
                  answer -> {
                    answers.put(pair, probabilities(answer));
                    return answer;
                  });
        });
  }

  private void compileJava() throws EngineException, InterruptedException {
    double unused = run(JIT_WARM_UP_SECONDS, stream -> stream.send(SHORTEST));
  }

  /** Sends the next pair; waits while too many are in flight. */
  private interface Sender {
    CompletableFuture<Classification> send(ClassificationStream stream) throws InterruptedException;
  }

  private double run(double seconds, Sender sender) throws EngineException, InterruptedException {
    CoreRates rates = new CoreRates();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    try (ClassificationStream stream = client.openStream(inFlight)) {
      while (failure.get() == null && !isOver(end, rates)) {
        var unused =
            sender
                .send(stream)
                .whenComplete(
                    (answer, error) -> {
                      if (error != null) {
                        failure.compareAndSet(null, error);
                      } else {
                        rates.add(answer, System.nanoTime());
                      }
                    });
      }
      // From here on the cores run dry.
      rates.stop();
    }
    Throwable error = failure.get();
    if (error != null) {
      throw new EngineException("The server failed a request", error);
    }
    return rates.perSecond();
  }

  /** Not before each core has run a few batches, unless one has died. */
  private boolean isOver(long end, CoreRates rates) {
    long late = System.nanoTime() - end;
    return late >= 0 && (rates.have(cores, BATCHES_AT_LEAST) || late > DEADLINE.toNanos());
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
    client.closeNow();
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
