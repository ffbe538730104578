package io.ganglion.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.api.Conditions;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.ModelDimensions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * On SIGTERM under full load, the server answers all accepted requests and exits with 0. A second
 * SIGTERM ends it at once.
 */
class TerminationTest {
  private static final int STREAMS = 32;
  private static final int IN_FLIGHT = 4;

  /**
   * A model that takes some milliseconds for each request, so that the backlog below takes many
   * seconds.
   */
  private static final ModelDimensions SLOW = new ModelDimensions(160, 64, 2, 384, 8, 6, 1_536);

  private static final int BACKLOG = 2_000;

  private static final ClassifyRequest PAIR =
      ClassifyRequest.newBuilder()
          .setTextA("the cat sat on the mat")
          .setTextB("a dog ran in the house")
          .build();

  @TempDir private Path folder;

  @Test
  @Timeout(120)
  void terminatedUnderLoadItAnswersAllItTook() throws Exception {
    terminate(TestArtifacts.tiny().write(folder.resolve("model")));
  }

  @Test
  @Tag("proof")
  @Timeout(1_200)
  void terminatedTwentyTimesUnderLoadItLosesNothing() throws Exception {
    Path model = TestArtifacts.tiny().write(folder.resolve("model"));
    for (int i = 0; i < 20; i++) {
      System.out.println(terminate(model));
    }
  }

  @Test
  @Timeout(120)
  void terminatedTwiceItStopsAtOnce() throws Exception {
    Path model = TestArtifacts.of(SLOW).write(folder.resolve("model"));
    AtomicLong answered = new AtomicLong();
    try (ServerProcess server =
        new ServerProcess(model, "--max-queue", "10000", "--max-stream-requests", "5000")) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
      Load load = new Load(answered, new AtomicLong());
      PairClassifierGrpc.newStub(channel).classifyStream(load);
      load.begin(BACKLOG);
      Conditions.await(() -> answered.get() > 0);
      server.terminate();
      Conditions.await(() -> server.printed("stopping: "));
      server.terminate();
      assertThat(server.exitCode()).as("cut short").isEqualTo(1);
      Status end = load.end.get(30, TimeUnit.SECONDS);
      assertThat(end.getCode())
          .as("%s, by %s", end, end.getCause())
          .isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(answered.get()).isLessThan(BACKLOG);
      channel.shutdownNow();
    }
  }

  @Test
  @Timeout(120)
  void duringItsDelayItIsNotReadyAndAnswersNewConnections() throws Exception {
    Path model = TestArtifacts.tiny().write(folder.resolve("model"));
    try (ServerProcess server =
        new ServerProcess(
            model, "--drain-delay", "5s", "--drain-timeout", "0s", "--metrics-port", "0")) {
      int port = server.port();
      String ready = server.metricsUrl().replace("/metrics", "/readyz");
      assertThat(status(ready)).isEqualTo(200);
      server.terminate();
      Conditions.await(() -> server.printed("stopping: not ready, and still serving for 5s"));
      Conditions.await(() -> status(ready) == 503);
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
      assertThat(
              HealthGrpc.newBlockingStub(channel)
                  .check(HealthCheckRequest.getDefaultInstance())
                  .getStatus())
          .isEqualTo(ServingStatus.NOT_SERVING);
      assertThat(PairClassifierGrpc.newBlockingStub(channel).classify(PAIR).getLabel())
          .isNotEmpty();
      channel.shutdownNow();
      assertThat(server.exitCode()).isZero();
    }
  }

  private static int status(String url) {
    try {
      return ((HttpURLConnection) URI.create(url).toURL().openConnection()).getResponseCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @Timeout(120)
  void aTerminalThatIsClosedStopsItAsASignalDoes() throws Exception {
    Path model = TestArtifacts.tiny().write(folder.resolve("model"));
    try (ServerProcess server = new ServerProcess(model)) {
      assertThat(server.port()).isPositive();
      assumeTrue(hears(server.process.pid()), "whoever runs this test ignores SIGHUP (nohup)");
      String pid = String.valueOf(server.process.pid());
      assertThat(new ProcessBuilder("kill", "-HUP", pid).start().waitFor()).isZero();
      assertThat(server.exitCode()).isZero();
      assertThat(server.printed("stopping: finishing the requests in flight")).isTrue();
    }
  }

  /** False if the process was told to ignore SIGHUP, which is the lowest bit of what Linux says. */
  private static boolean hears(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .allMatch(line -> "02468ace".indexOf(line.charAt(line.length() - 1)) >= 0);
  }

  private static String terminate(Path model) throws Exception {
    AtomicLong answered = new AtomicLong();
    AtomicLong refused = new AtomicLong();
    List<Load> loads = new ArrayList<>();
    try (ServerProcess server = new ServerProcess(model)) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
      for (int i = 0; i < STREAMS; i++) {
        Load load = new Load(answered, refused);
        loads.add(load);
        PairClassifierGrpc.newStub(channel).classifyStream(load);
        load.begin(IN_FLIGHT);
      }
      Conditions.await(() -> answered.get() >= 500);
      server.terminate();
      for (Load load : loads) {
        Status end = load.end.get(30, TimeUnit.SECONDS);
        assertThat(end.getCode())
            .as("%s, by %s", end, end.getCause())
            .isEqualTo(Status.Code.UNAVAILABLE);
      }
      assertThat(server.exitCode()).isZero();
      channel.shutdownNow();
      String summary = server.line("answered ");
      long byServer = Long.parseLong(summary.substring(0, summary.indexOf(' ')));
      assertThat(answered.get()).as("answers that arrived").isEqualTo(byServer);
      return answered + " answered by the server and received, " + refused + " refused, 0 lost";
    }
  }

  /** A stream that always has a few items in flight. */
  private static final class Load
      implements ClientResponseObserver<ClassifyStreamRequest, ClassifyStreamResponse> {
    final CompletableFuture<Status> end = new CompletableFuture<>();
    private final AtomicLong answered;
    private final AtomicLong refused;
    private ClientCallStreamObserver<ClassifyStreamRequest> requests;
    private long next;

    Load(AtomicLong answered, AtomicLong refused) {
      this.answered = answered;
      this.refused = refused;
    }

    void begin(int inFlight) {
      for (int i = 0; i < inFlight; i++) {
        send();
      }
    }

    private synchronized void send() {
      requests.onNext(ClassifyStreamRequest.newBuilder().setId(next++).setClassify(PAIR).build());
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ClassifyStreamRequest> stream) {
      requests = stream;
    }

    @Override
    public void onNext(ClassifyStreamResponse response) {
      if (response.hasResponse()) {
        answered.incrementAndGet();
        send();
      } else if (response.getError().getCode() == Status.Code.UNAVAILABLE.value()) {
        refused.incrementAndGet();
      } else { // thrown here, it would only be told as a cancelled call
        end.complete(
            Status.fromCodeValue(response.getError().getCode())
                .withDescription(response.getError().getMessage()));
      }
    }

    @Override
    public void onError(Throwable error) {
      end.complete(Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }
  }
}
