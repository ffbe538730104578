package io.ganglion.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.ganglion.api.Classification;
import io.ganglion.api.GanglionException;
import io.ganglion.api.ModelInfo;
import io.ganglion.api.TextPair;
import io.ganglion.client.HostileServer.Conduct;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.proto.v1.ItemError;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A server may send anything: each future still completes by its deadline, and the client can be
 * closed.
 */
@SuppressWarnings("FutureReturnValueIgnored")
@Timeout(60)
class HostileAnswersTest {
  private static final int UNAVAILABLE = Status.Code.UNAVAILABLE.value();

  private static ClassifyResponse answer(int label, float... probabilities) {
    ClassifyResponse.Builder answer = ClassifyResponse.newBuilder().setLabelIndex(label);
    for (float probability : probabilities) {
      answer.addProbabilities(probability);
    }
    return answer.build();
  }

  private static GanglionException failureOf(CompletableFuture<?> future)
      throws InterruptedException, TimeoutException {
    try {
      Object answer = future.get(10, TimeUnit.SECONDS);
      throw new AssertionError("it was answered: " + answer);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(GanglionException.class);
      return (GanglionException) e.getCause();
    }
  }

  private static Conduct closing(Status status, Metadata trailers) {
    return (call, message) -> call.close(status, trailers);
  }

  static List<Metadata> advice() {
    Metadata unreadable = new Metadata();
    unreadable.put(Garbage.DETAILS, new byte[] {(byte) 0xff, 1, 2});
    return List.of(
        unreadable,
        Garbage.details(3, Garbage.retryInfo(1, 0)), // the details belong to another status
        Garbage.details(UNAVAILABLE, Garbage.retryInfo(100_000_000_000L, 0)),
        Garbage.details(UNAVAILABLE, Garbage.retryInfo(Long.MAX_VALUE, Integer.MAX_VALUE)),
        Garbage.details(UNAVAILABLE, Garbage.retryInfo(Long.MIN_VALUE, Integer.MIN_VALUE)),
        Garbage.details(UNAVAILABLE, Any.newBuilder().setTypeUrl("type.googleapis.com/x").build()));
  }

  @ParameterizedTest
  @MethodSource("advice")
  void adviceThatMakesNoSenseEndsInAFailure(Metadata trailers) throws Exception {
    try (HostileServer server = HostileServer.start(closing(Status.UNAVAILABLE, trailers));
        GanglionClient client = GanglionClient.builder().target(server.target()).build()) {
      assertThat(failureOf(client.classify("a", "b")))
          .isInstanceOf(GanglionException.Unavailable.class);
      assertThat(failureOf(client.model())).isInstanceOf(GanglionException.Unavailable.class);
      assertThat(failureOf(client.openStream().send(new TextPair("a"))))
          .isInstanceOf(GanglionException.Unavailable.class);
    }
  }

  @Test
  void aTimeInThePastOrOfNothingIsNoReasonToSendAllAttemptsAtOnce() throws Exception {
    for (Any advice :
        List.of(Garbage.retryInfo(-5, 0), Garbage.retryInfo(0, 0), Garbage.retryInfo(0, 1))) {
      AtomicInteger attempts = new AtomicInteger();
      Conduct conduct =
          (call, message) -> {
            attempts.incrementAndGet();
            call.close(Status.UNAVAILABLE, Garbage.details(UNAVAILABLE, advice));
          };
      try (HostileServer server = HostileServer.start(conduct);
          GanglionClient client = GanglionClient.builder().target(server.target()).build()) {
        long start = System.nanoTime();
        failureOf(client.classify("a", "b"));
        assertThat(attempts).hasValue(5);
        // At least half of each back-off: 25, 50, 100 and 200 ms.
        assertThat(System.nanoTime() - start).isGreaterThan(375_000_000L);
      }
    }
  }

  static List<ClassifyResponse> malformed() {
    return List.of(
        answer(7),
        answer(0),
        answer(2, 0.5f, 0.5f),
        answer(-1, 0.5f, 0.5f), // 4294967295
        answer(0, Float.NaN, 1f),
        answer(1, Float.NEGATIVE_INFINITY, 1f));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void anAnswerThatCannotBeOneFailsWhenItComes(ClassifyResponse answer) throws Exception {
    Conduct unary =
        (call, message) -> {
          call.sendMessage(answer.toByteArray());
          call.close(Status.OK, new Metadata());
        };
    try (HostileServer server = HostileServer.start(unary);
        GanglionClient client = GanglionClient.builder().target(server.target()).build()) {
      assertThat(failureOf(client.classify("a", "b")))
          .isInstanceOf(GanglionException.Internal.class)
          .hasMessageContaining("malformed");
    }
    Conduct stream =
        (call, message) ->
            call.sendMessage(
                ClassifyStreamResponse.newBuilder().setResponse(answer).build().toByteArray());
    try (HostileServer server = HostileServer.start(stream);
        GanglionClient client = GanglionClient.builder().target(server.target()).build()) {
      assertThat(failureOf(client.openStream().send(new TextPair("a"))))
          .isInstanceOf(GanglionException.Internal.class)
          .hasMessageContaining("malformed");
    }
  }

  @Test
  void anItemsAdviceOfFiftyDaysIsNotTakenForNone() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    Conduct conduct =
        (call, message) -> {
          attempts.incrementAndGet();
          call.sendMessage(
              ClassifyStreamResponse.newBuilder()
                  .setError(ItemError.newBuilder().setCode(8).setRetryAfterMs(-1))
                  .build()
                  .toByteArray());
        };
    try (HostileServer server = HostileServer.start(conduct);
        GanglionClient client = GanglionClient.builder().target(server.target()).build()) {
      assertThat(failureOf(client.openStream().send(new TextPair("a"))).retryAfter())
          .contains(Duration.ofMillis(4_294_967_295L));
      assertThat(attempts).hasValue(1);
    }
  }

  @Test
  void whatTheCallersOwnHooksThrowEndsTheCall() throws Exception {
    try (HostileServer server = HostileServer.start((call, message) -> {})) {
      GanglionClientBuilder throwing =
          GanglionClient.builder()
              .target(server.target())
              .bearerToken(
                  () -> {
                    throw new IllegalStateException("no token today");
                  });
      try (GanglionClient client = throwing.build()) {
        assertThat(failureOf(client.classify("a", "b"))).hasMessageContaining("no token today");
        assertThat(failureOf(client.model())).hasMessageContaining("no token today");
        ClassificationStream stream = client.openStream();
        for (int i = 0; i < 2; i++) { // the stream itself stays open
          assertThat(failureOf(stream.send(new TextPair("a"))))
              .hasMessageContaining("no token today");
        }
      }
    }
  }

  @Test
  void theLongestDurationIsADeadlineLikeAnyOther() throws Exception {
    Duration longest = Duration.ofSeconds(Long.MAX_VALUE);
    byte[] right = answer(0, 1f).toByteArray();
    Conduct conduct =
        (call, message) -> {
          boolean model = "GetModel".equals(call.getMethodDescriptor().getBareMethodName());
          call.sendMessage(model ? new byte[0] : right);
          call.close(Status.OK, new Metadata());
        };
    try (HostileServer server = HostileServer.start(conduct);
        GanglionClient client =
            GanglionClient.builder()
                .target(server.target())
                .deadline(longest)
                .hedgeAfter(longest)
                .build()) {
      assertThat(client.classify(new TextPair("a"), longest).get(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(client.classify("a", "b").get(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(client.model().get(10, TimeUnit.SECONDS)).isNotNull();
      CompletableFuture<Classification> item = client.openStream().send(new TextPair("a"), longest);
      assertThatThrownBy(() -> item.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class);
    }
  }

  // ---- random messages

  private static final int CALLS = 2000;
  private static final int AT_ONCE = 100;
  private static final Duration DEADLINE = Duration.ofMillis(300);

  /** Allows for a busy machine. A future that never completes is still noticed. */
  private static final long LATE_NS = TimeUnit.SECONDS.toNanos(2);

  @Test
  void twoThousandCallsAnsweredWithGarbageAllEndInTime() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    AtomicLong calls = new AtomicLong(seed);
    Conduct conduct = (call, message) -> answer(call, message, calls.incrementAndGet());
    AtomicLong latestNs = new AtomicLong();
    ConcurrentLinkedQueue<Object> outcomes = new ConcurrentLinkedQueue<>();
    Semaphore room = new Semaphore(AT_ONCE);
    try (HostileServer server = HostileServer.start(conduct);
        GanglionClient client =
            GanglionClient.builder().target(server.target()).deadline(DEADLINE).build()) {
      ClassificationStream stream = client.openStream();
      List<CompletableFuture<?>> futures = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        assertThat(room.tryAcquire(10, TimeUnit.SECONDS)).as("a call never ended").isTrue();
        long start = System.nanoTime();
        futures.add(
            one(client, stream, i % 4)
                .whenComplete(
                    (answer, thrown) -> {
                      latestNs.accumulateAndGet(System.nanoTime() - start, Math::max);
                      outcomes.add(thrown == null ? answer : thrown);
                      room.release();
                    }));
      }
      CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
          .handle((all, thrown) -> 0)
          .get(10, TimeUnit.SECONDS);
    }
    System.out.printf("the latest took %.3f s%n", latestNs.get() / 1e9);
    assertThat(outcomes).hasSize(CALLS).allSatisfy(HostileAnswersTest::isUsable);
    assertThat(latestNs.get()).isLessThan(DEADLINE.toNanos() + LATE_NS);
  }

  private static CompletableFuture<?> one(
      GanglionClient client, ClassificationStream stream, int kind) throws InterruptedException {
    return switch (kind) {
      case 0, 1 -> client.classify("a", "b");
      case 2 -> stream.send(new TextPair("a"));
      default -> client.model();
    };
  }

  private static void isUsable(Object outcome) {
    if (outcome instanceof Classification c) {
      assertThat(c.probability()).isFinite();
    } else if (!(outcome instanceof ModelInfo)) {
      assertThat(outcome).isInstanceOf(GanglionException.class);
    }
  }

  private static void answer(ServerCall<byte[], byte[]> call, byte[] message, long seed) {
    Random random = new Random(seed * 0x9E3779B97F4A7C15L);
    Garbage garbage = new Garbage(random);
    boolean unary = !"ClassifyStream".equals(call.getMethodDescriptor().getBareMethodName());
    try {
      for (int answers = random.nextInt(8) == 0 ? 2 : 1; answers > 0; answers--) {
        if (random.nextInt(4) == 0) {
          break;
        }
        call.sendMessage(message(call, message, garbage, random));
      }
      if (random.nextInt(unary ? 10 : 30) == 0) {
        return; // silence
      }
      if (unary || random.nextInt(20) == 0) {
        Status status = random.nextInt(3) == 0 ? Status.OK : garbage.status();
        call.close(status, garbage.trailers(status));
      }
    } catch (IllegalStateException e) {
      // This call is closed; another message of the same stream closed it.
    }
  }

  private static byte[] message(
      ServerCall<byte[], byte[]> call, byte[] message, Garbage garbage, Random random) {
    if (random.nextInt(5) == 0) {
      return garbage.bytes();
    }
    String method = call.getMethodDescriptor().getBareMethodName();
    return switch (method) {
      case "Classify" -> garbage.answer().toByteArray();
      case "GetModel" -> garbage.model().toByteArray();
      default -> garbage.item(idOf(message)).toByteArray();
    };
  }

  private static long idOf(byte[] message) {
    try {
      return ClassifyStreamRequest.parseFrom(message).getId();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("the client sent what is no message", e);
    }
  }
}
