package io.ganglion.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.core.nrt.FakeNrt;
import io.ganglion.core.nrt.FakeProgram;
import io.ganglion.core.nrt.NeuronType;
import io.ganglion.engine.batch.AdmissionLimits;
import io.ganglion.engine.batch.CoreLimits;
import io.ganglion.engine.model.BackendChoice;
import io.ganglion.engine.model.ModelException;
import io.ganglion.engine.model.ModelOptions;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.proto.v1.GetModelRequest;
import io.ganglion.proto.v1.GetModelResponse;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.CoreOptions;
import io.ganglion.server.endpoint.NetworkConfig;
import io.ganglion.server.grpc.WireLimits;
import io.ganglion.server.log.EventLog;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the whole server on NeuronCores of the fake {@code libnrt}. */
class FakeNeuronServerTest {
  private static final int STREAMS = 96;
  private static final int ITEMS = 128;
  private static final int CORES = 4;
  private static final int THREADS = 2;
  private static final long MS = 1_000_000;

  /** Only a hanging server takes this long, even on a slow machine. */
  private static final int PATIENCE_SECONDS = 300;

  @TempDir Path directory;

  private InferenceServer server;
  private ManagedChannel channel;

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      channel.shutdownNow();
      assertThat(server.drain()).isTrue();
      assertThat(FakeNrt.counter("live_models")).isZero();
      assertThat(FakeNrt.counter("live_tensors")).isZero();
      assertThat(FakeNrt.counter("initialised")).isZero();
    }
  }

  private static final BackendChoice NRT = new BackendChoice("nrt");

  private String nanPolicy = "check";

  private void start(BackendChoice backend, Optional<Path> libnrt, int batch) throws Exception {
    Path model =
        TestArtifacts.tiny()
            .tolerance(0.003)
            .batchSize(4)
            .moreFiles(FakeProgram.of(NeuronType.FP16, 4, 16, 64))
            .write(directory.resolve("model"));
    CoreLimits core =
        new CoreLimits(120_000 * MS, 120_000 * MS, 50 * MS, 1_000 * MS, 3, 5_000 * MS);
    Map<String, String> named = new HashMap<>(Map.of("nrt-nan-policy", nanPolicy));
    libnrt.ifPresent(path -> named.put("libnrt", path.toString()));
    ModelOptions options =
        new ModelOptions(
            backend,
            new CoreOptions(0, THREADS, batch, named),
            0,
            0,
            1_000 * MS,
            new AdmissionLimits(1024, PATIENCE_SECONDS * 1_000L * MS),
            core,
            0);
    ServerConfig config =
        new ServerConfig(
            model,
            options,
            NetworkConfig.plain("127.0.0.1", 0, 4 << 20),
            new Telemetry(
                "127.0.0.1", OptionalInt.empty(), Optional.empty(), Duration.ofSeconds(1)),
            new WireLimits(65_536, 256, 1024, 1024),
            Duration.ZERO,
            Duration.ofSeconds(PATIENCE_SECONDS),
            Duration.ofSeconds(5));
    PrintStream out =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    server =
        InferenceServer.start(
            config, new EventLog(out, out, EventLog.Format.TEXT, EventLog.Level.INFO));
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  /** Sends one item at a time, so that the stream has one in flight, and counts every answer. */
  private final class Client implements StreamObserver<ClassifyStreamResponse> {
    private final CountDownLatch done;
    private StreamObserver<ClassifyStreamRequest> requests;
    private long next;

    Client(CountDownLatch done) {
      this.done = done;
      requests = PairClassifierGrpc.newStub(channel).classifyStream(this);
      send();
    }

    private void send() {
      ClassifyRequest pair =
          ClassifyRequest.newBuilder()
              .setTextA("the cat sat on the mat")
              .setTextB("a dog ran ".repeat((int) (next % 5) + 1))
              .build();
      requests.onNext(ClassifyStreamRequest.newBuilder().setId(next).setClassify(pair).build());
    }

    @Override
    public void onNext(ClassifyStreamResponse response) {
      assertThat(response.getId()).isEqualTo(next);
      (response.hasResponse() ? good : failed).incrementAndGet();
      next++;
      if (next < ITEMS) {
        send();
      } else {
        requests.onCompleted();
      }
    }

    @Override
    public void onError(Throwable error) {
      broken.incrementAndGet();
      done.countDown();
    }

    @Override
    public void onCompleted() {
      done.countDown();
    }
  }

  private final AtomicInteger good = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger broken = new AtomicInteger();

  private void load() throws Exception {
    CountDownLatch done = new CountDownLatch(STREAMS);
    for (int i = 0; i < STREAMS; i++) {
      new Client(done);
    }
    assertThat(done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("all streams ended").isTrue();
    assertThat(broken.get()).as("streams that broke").isZero();
    assertThat(good.get() + failed.get()).as("answers").isEqualTo(STREAMS * ITEMS);
  }

  private ServingStatus health() {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.getDefaultInstance())
        .getStatus();
  }

  @Test
  void everyRequestOfNinetySixStreamsIsAnswered() throws Exception {
    start(NRT, Optional.of(FakeNrt.library()), 0);
    load();
    assertThat(failed.get()).isZero();
    assertThat(FakeNrt.counter("most_in_flight")).isEqualTo(THREADS);
    GetModelResponse model =
        PairClassifierGrpc.newBlockingStub(channel).getModel(GetModelRequest.getDefaultInstance());
    assertThat(model.getBackend().getKind()).isEqualTo("nrt");
    assertThat(model.getBackend().getBatchInvariant()).isFalse();
    assertThat(model.getBackend().getCores()).isEqualTo(CORES);
    assertThat(server.model().facts().batch().lengthBuckets()).containsExactly(16, 64);
    assertThat(server.model().paddingRatio()).isBetween(0.01, 0.99);
    assertThat(health()).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void withFullQueuesFailingCoresAndOneLostForGoodEveryRequestIsAnswered() throws Exception {
    start(NRT, Optional.of(FakeNrt.library()), 0);
    FakeNrt.configure("queue_full=0.01,core_failure=0.001,lost_core=2,lost_after=100,delay_us=300");
    load();
    assertThat(FakeNrt.counter("queue_full")).isPositive();
    assertThat(FakeNrt.counter("core_failures")).isPositive();
    assertThat(failed.get()).as("failed requests").isBetween(1, STREAMS * ITEMS / 50);
    assertThat(health()).isEqualTo(ServingStatus.SERVING);
    // Cores that failed once come back. The executions on the lost core do not.
    Semaphore changes = new Semaphore(0);
    server.model().scheduler().onHealthChange(changes::release);
    FakeNrt.configure("lost_core=2");
    while (server.model().scheduler().healthyCores() < (CORES - 1) * THREADS) {
      assertThat(changes.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(server.model().scheduler().healthyCores()).isEqualTo((CORES - 1) * THREADS);
  }

  @Test
  void whenEveryCoreIsLostTheServerSaysSoAndStillAnswers() throws Exception {
    start(NRT, Optional.of(FakeNrt.library()), 0);
    FakeNrt.configure("status=6,load_status=6");
    load();
    assertThat(good.get()).isZero();
    assertThat(health()).isEqualTo(ServingStatus.NOT_SERVING);
  }

  @Test
  void whatTheRuntimeAloneCallsNanFailsABatchOnlyUnderTheStrictPolicy() throws Exception {
    nanPolicy = "strict";
    start(NRT, Optional.of(FakeNrt.library()), 0);
    FakeNrt.configure("false_nan=1");
    load();
    assertThat(good.get()).isZero();
  }

  @Test
  void automaticallyTheLibraryGivenIsTaken() throws Exception {
    start(BackendChoice.AUTO, Optional.of(FakeNrt.library()), 0);
    assertThat(server.model().facts().backend()).isEqualTo("nrt");
    assertThat(server.model().facts().backendReason()).contains("libnrt is given");
  }

  @Test
  void automaticallyAMachineWithoutADeviceServesOnTheCpuAndSaysWhy() throws Exception {
    FakeNrt.library();
    start(BackendChoice.AUTO, Optional.empty(), 0);
    assertThat(server.model().facts().backend()).isEqualTo("cpu");
    assertThat(server.model().facts().backendReason()).contains("no /dev/neuron");
  }

  @Test
  void aBatchBeyondTheNeffsIsLoweredAndSaid() throws Exception {
    start(NRT, Optional.of(FakeNrt.library()), 16);
    assertThat(server.model().facts().batch().maxRequests()).isEqualTo(4);
    assertThat(server.model().notes()).anyMatch(note -> note.contains("lowered"));
  }

  @Test
  void neuronCoresThatAreAskedForAndAbsentAreAnErrorAndNotTheCpu() {
    FakeNrt.library();
    assertThatThrownBy(() -> start(NRT, Optional.of(directory.resolve("libnrt.so.1")), 0))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("could not be loaded");
  }
}
