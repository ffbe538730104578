package io.ganglion.client;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.Classification;
import io.ganglion.api.Conditions;
import io.ganglion.api.GanglionException;
import io.ganglion.api.TextPair;
import io.ganglion.client.ScriptedServer.Act;
import io.ganglion.client.ScriptedServer.Script;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@SuppressWarnings("FutureReturnValueIgnored")
@Timeout(20)
class GanglionClientTest {
  private static final Act OVERLOADED = new Act.Fail(Status.Code.RESOURCE_EXHAUSTED, 20);

  private static GanglionClient client(ScriptedServer server) {
    return GanglionClient.builder().target(server.target()).build();
  }

  private static Throwable failureOf(CompletableFuture<?> future) {
    try {
      future.get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("it did not fail");
  }

  @Test
  void anAnswerCarriesLabelProbabilitiesAndTimings() {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER);
        GanglionClient client = client(server)) {
      Classification same = client.classify("abc", "abc").join();
      assertThat(same.label()).isEqualTo("paraphrase");
      assertThat(same.labelIndex()).isEqualTo(1);
      assertThat(same.probability()).isEqualTo(0.75f);
      assertThat(same.probabilities()).containsExactly(0.25f, 0.75f);
      assertThat(same.inputTokens()).isEqualTo(6);
      assertThat(same.queueNs()).isEqualTo(1000);
      assertThat(client.model().join().labels()).containsExactly("not_paraphrase", "paraphrase");
    }
  }

  @Test
  void anOverloadedServerIsAskedAgainAfterTheTimeItNamed() {
    Script script = (text, times) -> times < 3 ? OVERLOADED : ANSWER;
    try (ScriptedServer server = ScriptedServer.start(script);
        GanglionClient client = client(server)) {
      long start = System.nanoTime();
      assertThat(client.classify("a", "b").join().inputTokens()).isEqualTo(2);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(40));
      assertThat(server.times("a")).isEqualTo(3);
    }
  }

  @Test
  void withoutRetriesAnOverloadIsReportedWithItsAdvice() {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> OVERLOADED);
        GanglionClient client =
            GanglionClient.builder().target(server.target()).maxAttempts(1).build()) {
      Throwable failure = failureOf(client.classify("a", "b"));
      assertThat(failure).isInstanceOf(GanglionException.Overloaded.class);
      assertThat(failure.getStackTrace()).as("what nobody reads is not paid for").isEmpty();
      GanglionException overloaded = (GanglionException) failure;
      assertThat(overloaded.retryAfter()).contains(Duration.ofMillis(20));
      assertThat(overloaded.retryable()).isTrue();
      assertThat(overloaded.code()).isEqualTo("RESOURCE_EXHAUSTED");
      assertThat(server.times("a")).isEqualTo(1);
    }
  }

  @Test
  void anInvalidRequestIsNeverSentAgain() {
    Act invalid = new Act.Fail(Status.Code.INVALID_ARGUMENT, 0);
    try (ScriptedServer server = ScriptedServer.start((text, times) -> invalid);
        GanglionClient client = client(server)) {
      assertThat(failureOf(client.classify("", "b")))
          .isInstanceOf(GanglionException.InvalidRequest.class)
          .hasMessage("scripted");
      assertThat(server.times("")).isEqualTo(1);
    }
  }

  @Test
  void aDeadlineEndsARequestThatIsNeverAnswered() {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> new Act.Silence());
        GanglionClient client = client(server)) {
      assertThat(failureOf(client.classify(new TextPair("a", "b"), Duration.ofMillis(100))))
          .isInstanceOf(GanglionException.DeadlineExceeded.class)
          .hasMessageContaining("100 ms");
    }
  }

  @Test
  void aServerThatIsAbsentIsNamedAsTheReason() {
    int port;
    try (ScriptedServer gone = ScriptedServer.start((text, times) -> ANSWER)) {
      port = gone.port();
    }
    try (GanglionClient client = GanglionClient.builder().target("localhost:" + port).build()) {
      assertThat(failureOf(client.classify(new TextPair("a", "b"), Duration.ofMillis(300))))
          .isInstanceOf(GanglionException.Unavailable.class)
          .hasMessageContaining("refused");
    }
  }

  @Test
  void aServerThatStartsWithinTheDeadlineStillAnswers() {
    int port;
    try (ScriptedServer gone = ScriptedServer.start((text, times) -> ANSWER)) {
      port = gone.port();
    }
    try (GanglionClient client = GanglionClient.builder().target("localhost:" + port).build()) {
      CompletableFuture<Classification> early = client.classify("a", "b");
      CompletableFuture<Void> refused =
          CompletableFuture.runAsync(
              () -> {}, CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS));
      refused.join();
      assertThat(early).isNotDone();
      try (ScriptedServer server = ScriptedServer.start(port, (text, times) -> ANSWER)) {
        assertThat(early.join().inputTokens()).isEqualTo(2);
      }
    }
  }

  @Test
  void aHedgeAnswersWhereTheFirstAttemptIsStuck() {
    Script script = (text, times) -> times == 1 ? new Act.Silence() : ANSWER;
    try (ScriptedServer server = ScriptedServer.start(script);
        GanglionClient client =
            GanglionClient.builder()
                .target(server.target())
                .hedgeAfter(Duration.ofMillis(30))
                .build()) {
      assertThat(client.classify("a", "b").join().inputTokens()).isEqualTo(2);
      assertThat(server.times("a")).isEqualTo(2);
    }
  }

  @Test
  void aBatchIsAnsweredInItsOrder() {
    Script script = (text, times) -> new Act.Answer(text.length() % 3);
    List<TextPair> pairs =
        IntStream.range(0, 1000).mapToObj(i -> new TextPair("x".repeat(i), "y")).toList();
    try (ScriptedServer server = ScriptedServer.start(script);
        GanglionClient client =
            GanglionClient.builder().target(server.target()).streamInFlight(16).build()) {
      List<Outcome> outcomes = client.classifyAll(pairs).join();
      assertThat(outcomes.stream().map(outcome -> outcome.orThrow().inputTokens()))
          .containsExactlyElementsOf(IntStream.rangeClosed(1, 1000).boxed().toList());
      assertThat(client.classifyAll(List.of()).join()).isEmpty();
    }
  }

  @Test
  void aPairThatFailsLeavesTheOthersOfItsBatchAlone() {
    Script script =
        (text, times) ->
            text.equals("bad") ? new Act.Fail(Status.Code.INVALID_ARGUMENT, 0) : ANSWER;
    try (ScriptedServer server = ScriptedServer.start(script);
        GanglionClient client = client(server)) {
      List<TextPair> pairs = List.of(new TextPair("ok"), new TextPair("bad"), new TextPair("ok"));
      List<Outcome> outcomes = client.classifyAll(pairs).join();
      assertThat(outcomes).extracting(Outcome::index).containsExactly(0, 1, 2);
      assertThat(outcomes.get(0)).isInstanceOf(Outcome.Answered.class);
      assertThatThrownBy(outcomes.get(1)::orThrow)
          .isInstanceOf(GanglionException.InvalidRequest.class);
      assertThat(outcomes.get(2)).isInstanceOf(Outcome.Answered.class);
    }
  }

  @Test
  void aTextThatNoMessageCanCarryIsRefusedHere() {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER);
        GanglionClient client = client(server)) {
      assertThat(failureOf(client.classify("x".repeat(5 << 20), "b")))
          .isInstanceOf(GanglionException.InvalidRequest.class)
          .hasMessageContaining("too large");
    }
  }

  @Test
  void aCallersOwnTimeoutCancelsTheCall() throws InterruptedException {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> new Act.Silence());
        GanglionClient client = client(server)) {
      CompletableFuture<Classification> future =
          client.classify("a", "b").orTimeout(50, TimeUnit.MILLISECONDS);
      assertThatThrownBy(future::join).isInstanceOf(CompletionException.class);
      Conditions.await(() -> ((GrpcClient) client).open() == 0);
    }
  }

  @Test
  void closingWaitsForTheAnswersInFlight() {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> new Act.Answer(200))) {
      CompletableFuture<Classification> last;
      try (GanglionClient client = client(server)) {
        last = client.classify("a", "b");
      }
      assertThat(last).isCompleted();
    }
  }

  @Test
  void aChannelOfTheCallersWorksInProcessAndStaysOpen() {
    String name = InProcessServerBuilder.generateName();
    try (ScriptedServer server =
        new ScriptedServer(InProcessServerBuilder.forName(name), (t, n) -> ANSWER, true)) {
      ManagedChannel channel = InProcessChannelBuilder.forName(name).directExecutor().build();
      try (GanglionClient client =
          GanglionClient.builder().channel(channel).executor(Runnable::run).build()) {
        assertThat(client.classify("a", "b").join().inputTokens()).isEqualTo(2);
        assertThat(client.classifyAll(List.of(new TextPair("abc"))).join()).hasSize(1);
      }
      assertThat(channel.isShutdown()).isFalse();
      channel.shutdownNow();
      assertThat(server.received.get()).isEqualTo(2);
    }
  }

  @Test
  void wrongSettingsAreRefusedWhenBuilding() {
    assertThatThrownBy(() -> GanglionClient.builder().build())
        .hasMessageContaining("needs a target");
    assertThatThrownBy(() -> GanglionClient.builder().target("zookeeper:///service").build())
        .hasMessageContaining("nothing here resolves a target of scheme zookeeper");
    assertThatThrownBy(
            () -> GanglionClient.builder().target("unix:/tmp/socket").leastRequest().build())
        .hasMessageContaining("least request");
    assertThatThrownBy(() -> GanglionClient.builder().target("a:1").maxAttempts(0).build())
        .hasMessageContaining("maxAttempts");
  }
}
