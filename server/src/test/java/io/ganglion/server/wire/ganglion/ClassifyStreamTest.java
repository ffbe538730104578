package io.ganglion.server.wire.ganglion;

import static io.ganglion.server.grpc.TestServer.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.Conditions;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.batch.Requests;
import io.ganglion.engine.batch.ScriptedCores;
import io.ganglion.proto.v1.AnswerOrder;
import io.ganglion.proto.v1.CancelItem;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.proto.v1.StreamOptions;
import io.ganglion.server.grpc.BadTexts;
import io.ganglion.server.grpc.TestServer;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ClassifyStreamTest {
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private static ClassifyStreamRequest texts(long id, String a, String b) {
    return ClassifyStreamRequest.newBuilder()
        .setId(id)
        .setClassify(ClassifyRequest.newBuilder().setTextA(a).setTextB(b))
        .build();
  }

  private static ClassifyStreamRequest cancel(long id) {
    return ClassifyStreamRequest.newBuilder()
        .setId(id)
        .setCancel(CancelItem.getDefaultInstance())
        .build();
  }

  private static ClassifyStreamRequest inRequestOrder() {
    return ClassifyStreamRequest.newBuilder()
        .setOptions(StreamOptions.newBuilder().setAnswerOrder(AnswerOrder.ANSWER_ORDER_REQUEST))
        .build();
  }

  private static int code(ClassifyStreamResponse response) {
    return response.hasError() ? response.getError().getCode() : 0;
  }

  /** Holds the cores until it is released. */
  private Semaphore holdCores() {
    Semaphore permits = new Semaphore(0);
    server.cores.script(
        (index, batch) -> {
          permits.acquireUninterruptibly();
          return ScriptedCores.answer(batch);
        });
    return permits;
  }

  /** Gives each of the two cores one item, 1000 and 1001, and holds it there. */
  private static void occupy(Semaphore permits, StreamClient client) throws InterruptedException {
    for (int core = 0; core < 2; core++) {
      client.send(item(1000 + core, 60));
      int busy = core + 1;
      Conditions.await(() -> permits.getQueueLength() == busy);
    }
  }

  @Test
  void eachItemIsAnsweredOnceWithItsOwnId() throws Exception {
    StreamClient client = StreamClient.open(server.channel());
    for (int i = 0; i < 300; i++) {
      client.send(item(i, i));
    }
    client.halfClose();
    List<ClassifyStreamResponse> all = client.next(300);
    assertThat(client.status()).isEqualTo(Status.OK);
    assertThat(client.responses).isEmpty();
    assertThat(all.stream().map(ClassifyStreamResponse::getId))
        .containsExactlyInAnyOrderElementsOf(LongStream.range(0, 300).boxed().toList());
    for (ClassifyStreamResponse response : all) {
      int expected = response.getId() + TestServer.FIRST_WORD > 50 ? 1 : 0;
      assertThat(response.getResponse().getLabelIndex()).isEqualTo(expected);
      assertThat(response.getResponse().getTimings().getInputTokens()).isEqualTo(6);
    }
  }

  @Test
  void aBadItemNeverEndsItsStream() throws Exception {
    StreamClient client = StreamClient.open(server.channel(), false, null);
    client.send(inRequestOrder());
    client.send(texts(1, "", "w1"));
    client.send(
        ClassifyStreamRequest.newBuilder()
            .setId(2)
            .setClassify(BadTexts.add(ClassifyRequest.newBuilder().setTextA("w1"), 2))
            .build());
    client.send(texts(3, " \u0000 \t", "w1"));
    client.send(texts(4, "w1", " "));
    client.send(texts(5, "x".repeat(70_000), "w1"));
    client.send(ClassifyStreamRequest.newBuilder().setId(6).build());
    client.send(inRequestOrder());
    client.send(item(8, 1));
    client.halfClose();
    List<ClassifyStreamResponse> all = client.next(8);
    assertThat(all.stream().map(ClassifyStreamTest::code)).containsExactly(3, 3, 3, 3, 3, 3, 3, 0);
    assertThat(all.get(0).getError().getMessage()).isEqualTo("text_a is empty");
    assertThat(all.get(1).getError().getMessage()).isEqualTo("text_b is not valid UTF-8");
    assertThat(all.get(2).getError().getMessage()).startsWith("text_a has no tokens");
    assertThat(all.get(3).getError().getMessage()).startsWith("text_b has no tokens");
    assertThat(all.get(4).getError().getMessage()).startsWith("text_a is too long");
    assertThat(all.get(5).getError().getMessage()).isEqualTo("action is not set");
    assertThat(all.get(6).getError().getMessage()).startsWith("options must be the first");
    assertThat(client.status()).isEqualTo(Status.OK);
  }

  @Test
  void aSingleTextNeedsNoSecond() throws Exception {
    StreamClient client = StreamClient.open(server.channel());
    client.send(
        ClassifyStreamRequest.newBuilder()
            .setId(1)
            .setClassify(ClassifyRequest.newBuilder().setTextA("w7 w8"))
            .build());
    assertThat(client.next().getResponse().getTimings().getInputTokens()).isEqualTo(4);
  }

  @Test
  void aRepeatedIdIsRefusedOnlyWhileTheFirstIsInFlight() throws Exception {
    final Semaphore cores = holdCores();
    StreamClient client = StreamClient.open(server.channel());
    client.send(item(7, 60));
    client.send(item(7, 61));
    ClassifyStreamResponse refused = client.next();
    assertThat(refused.getId()).isEqualTo(7);
    assertThat(code(refused)).isEqualTo(Status.Code.INVALID_ARGUMENT.value());
    cores.release(100);
    assertThat(client.next().hasResponse()).isTrue();
    client.send(item(7, 62));
    assertThat(client.next().hasResponse()).isTrue();
  }

  @Test
  void aCancelledItemIsAnsweredCancelledAndNeverRun() throws Exception {
    Semaphore cores = holdCores();
    StreamClient client = StreamClient.open(server.channel());
    occupy(cores, client);
    List<Long> held = new ArrayList<>(List.of(1000L, 1001L));
    for (long id = 0; id < 12; id++) {
      client.send(item(id, 60));
      held.add(id);
    }
    client.send(cancel(11));
    ClassifyStreamResponse response = client.next();
    assertThat(response.getId()).isEqualTo(11);
    assertThat(code(response)).isEqualTo(Status.Code.CANCELLED.value());
    client.send(cancel(11)); // nothing to cancel any more
    cores.release(100);
    held.remove(11L);
    assertThat(client.next(13).stream().map(ClassifyStreamResponse::getId))
        .containsExactlyInAnyOrderElementsOf(held);
    client.halfClose();
    assertThat(client.status()).isEqualTo(Status.OK);
    assertThat(server.events.count(Outcome.Cancelled.class)).isEqualTo(1);
  }

  @Test
  void aCancellationIsReadEvenWhenTheStreamIsFull() throws Exception {
    final Semaphore cores = holdCores();
    StreamClient client = StreamClient.open(server.channel());
    occupy(cores, client);
    for (long id = 2; id < 16; id++) { // the limit of TestServer
      client.send(item(id, 60));
    }
    client.send(cancel(15));
    assertThat(client.next().getId()).isEqualTo(15);
    cores.release(100);
    client.next(15);
  }

  @Test
  void anItemsTimeoutExpiresItAlone() throws Exception {
    final Semaphore cores = holdCores();
    StreamClient client = StreamClient.open(server.channel());
    occupy(cores, client);
    for (long id = 0; id < 6; id++) {
      client.send(item(id, 60));
    }
    client.send(item(8, 60).toBuilder().setTimeoutMs(30).build());
    ClassifyStreamResponse expired = client.next();
    assertThat(expired.getId()).isEqualTo(8);
    assertThat(code(expired)).isEqualTo(Status.Code.DEADLINE_EXCEEDED.value());
    cores.release(100);
    assertThat(client.next(8)).allMatch(ClassifyStreamResponse::hasResponse);
  }

  @Test
  void answersComeInRequestOrderOnDemand() throws Exception {
    server.cores.script(
        (index, batch) -> {
          java.util.concurrent.locks.LockSupport.parkNanos(
              (index + 1) * Requests.MS); // later cores are slower
          return ScriptedCores.answer(batch);
        });
    StreamClient client = StreamClient.open(server.channel());
    client.send(inRequestOrder());
    for (long id = 0; id < 200; id++) {
      client.send(id % 7 == 3 ? texts(id, "", "") : item(id, 9));
    }
    client.halfClose();
    assertThat(client.next(200).stream().map(ClassifyStreamResponse::getId))
        .containsExactlyElementsOf(LongStream.range(0, 200).boxed().toList());
    assertThat(client.status()).isEqualTo(Status.OK);
  }

  @Test
  void theServerReadsNoFurtherThanItsLimit() throws Exception {
    Semaphore cores = holdCores();
    StreamClient client = StreamClient.open(server.channel());
    occupy(cores, client);
    for (long id = 0; id < 400; id++) {
      client.send(item(id, 60));
    }
    // two run; the other 15 of the 16 + 1 that a stream may hold wait
    Conditions.await(() -> server.model.scheduler().queueDepth() == 15);
    StreamClient other = StreamClient.open(server.channel()); // its answer shows that time passed
    other.send(item(1, 60).toBuilder().setTimeoutMs(100).build());
    assertThat(code(other.next())).isEqualTo(Status.Code.DEADLINE_EXCEEDED.value());
    assertThat(server.model.scheduler().queueDepth()).isEqualTo(15);
    cores.release(1_000);
    client.next(402);
  }

  @Test
  void theStreamsDeadlineEndsAllItHolds() throws Exception {
    final Semaphore cores = holdCores();
    StreamClient client = StreamClient.open(server.channel(), false, Duration.ofMillis(200));
    occupy(cores, client);
    for (long id = 0; id < 10; id++) {
      client.send(item(id, 60));
    }
    assertThat(client.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    Conditions.await(() -> server.events.streams.get() == 0);
    Conditions.await(() -> server.model.scheduler().queueDepth() == 0);
    cores.release(100);
    Conditions.await(() -> server.events.count(Outcome.Answered.class) == 2);
    // A request is completed a moment after it leaves the queue.
    Conditions.await(
        () ->
            server.events.count(Outcome.Cancelled.class)
                    + server.events.count(Outcome.Expired.class)
                == 10);
  }

  @Test
  void drainingAnswersWhatIsInFlightThenEndsTheStream() throws Exception {
    Semaphore cores = holdCores();
    StreamClient client = StreamClient.open(server.channel());
    occupy(cores, client);
    for (long id = 0; id < 8; id++) {
      client.send(item(id, 60));
    }
    Conditions.await(() -> server.model.scheduler().queueDepth() == 8);
    server.endpoint.refuseAll();
    client.send(item(10, 60));
    ClassifyStreamResponse refused = client.next();
    assertThat(refused.getId()).isEqualTo(10);
    assertThat(code(refused)).isEqualTo(Status.Code.UNAVAILABLE.value());
    cores.release(100);
    assertThat(server.model.scheduler().drain(Duration.ofSeconds(10))).isTrue();
    assertThat(server.endpoint.endCalls(Duration.ofSeconds(10))).isTrue();
    assertThat(client.next(10)).allMatch(ClassifyStreamResponse::hasResponse);
    assertThat(client.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }
}
