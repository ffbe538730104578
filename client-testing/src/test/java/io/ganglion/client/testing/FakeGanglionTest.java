package io.ganglion.client.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.Entity;
import io.ganglion.api.GanglionException;
import io.ganglion.api.ModelInfo;
import io.ganglion.api.Ranking;
import io.ganglion.api.TextPair;
import io.ganglion.client.ClassificationStream;
import io.ganglion.client.GanglionClient;
import io.ganglion.client.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FakeGanglionTest {
  private static final List<String> LABELS = List.of("no", "maybe", "yes");

  @Test
  void itAnswersCallsAndStreams() throws Exception {
    try (FakeGanglion fake = FakeGanglion.answering(LABELS, "yes");
        GanglionClient client = fake.client();
        ClassificationStream stream = client.openStream()) {
      assertThat(client.blocking().classify("a", "b").label()).isEqualTo("yes");
      assertThat(stream.send(new TextPair("c")).join().probability()).isEqualTo(0.9f);
      assertThat(client.blocking().model().labels()).isEqualTo(LABELS);
      assertThat(fake.received()).containsExactly(new TextPair("a", "b"), new TextPair("c"));
    }
  }

  @Test
  void theClientRetriesWhatTheScriptLetsFailOnce() throws Exception {
    FakeGanglion.Script script =
        (pair, times) -> times == 1 ? FakeReply.unavailable() : FakeReply.label("no", 0.5f);
    try (FakeGanglion fake = FakeGanglion.start(LABELS, script);
        GanglionClient client = fake.client();
        ClassificationStream stream = client.openStream()) {
      assertThat(client.blocking().classify("a", "b").probabilities())
          .containsExactly(0.5f, 0.25f, 0.25f);
      assertThat(stream.send(new TextPair("c")).join().label()).isEqualTo("no");
      assertThat(fake.received()).hasSize(4);
    }
  }

  @Test
  void failuresAreThoseOfAServer() {
    FakeGanglion.Script script =
        (pair, times) ->
            switch (pair.textA()) {
              case "full" -> FakeReply.overloaded(Duration.ofMillis(30));
              case "wrong" -> FakeReply.invalid("text_a is wrong");
              case "bug" -> FakeReply.internal();
              default -> FakeReply.never();
            };
    try (FakeGanglion fake = FakeGanglion.start(LABELS, script);
        GanglionClient client = fake.clientBuilder().maxAttempts(1).build()) {
      assertThatThrownBy(() -> client.blocking().classify("full", "b"))
          .isInstanceOfSatisfying(
              GanglionException.Overloaded.class,
              e -> assertThat(e.retryAfter()).contains(Duration.ofMillis(30)));
      assertThatThrownBy(() -> client.blocking().classify("wrong", "b"))
          .isInstanceOf(GanglionException.InvalidRequest.class)
          .hasMessageContaining("text_a is wrong");
      TextPair silence = new TextPair("silence");
      assertThatThrownBy(() -> client.blocking().classify(silence, Duration.ofMillis(50)))
          .isInstanceOf(GanglionException.DeadlineExceeded.class);
      List<Outcome> outcomes =
          client
              .blocking()
              .classifyAll(
                  List.of(new TextPair("full"), new TextPair("wrong"), new TextPair("bug")));
      assertThat(outcomes)
          .map(outcome -> ((Outcome.Failed) outcome).failure().code())
          .containsExactly("RESOURCE_EXHAUSTED", "INVALID_ARGUMENT", "INTERNAL");
    }
  }

  @Test
  void aDelayedReplyComesLaterThanOthers() {
    FakeGanglion.Script script =
        (pair, times) ->
            pair.textA().equals("slow")
                ? FakeReply.label("yes").after(Duration.ofMillis(200))
                : FakeReply.label("yes");
    try (FakeGanglion fake = FakeGanglion.start(LABELS, script);
        GanglionClient client = fake.client()) {
      CompletableFuture<?> slow = client.classify("slow", "b");
      client.classify("fast", "b").join();
      assertThat(slow).isNotDone();
      slow.join();
    }
  }

  @Test
  void whatIsUnansweredWhenItClosesFailsAsUnavailable() {
    try (FakeGanglion fake = FakeGanglion.start(LABELS, (pair, times) -> FakeReply.never());
        GanglionClient client = fake.clientBuilder().maxAttempts(1).build()) {
      CompletableFuture<?> silent = client.classify("a", "b");
      fake.close();
      assertThatThrownBy(silent::join).hasCauseInstanceOf(GanglionException.Unavailable.class);
    }
  }

  @Test
  void itRanksEmbedsAndTagsByTheScriptToo() {
    FakeGanglion.Script scores =
        (pair, times) ->
            "bad".equals(pair.textB())
                ? FakeReply.invalid("it is bad")
                : FakeReply.score(String.valueOf(pair.textB()).length());
    try (FakeGanglion fake = FakeGanglion.start(List.of("score"), scores);
        GanglionClient client = fake.client()) {
      Ranking ranking = client.blocking().rerank("query", List.of("one", "bad", "three"));
      assertThat(ranking.documents())
          .containsExactly(new Ranking.Document(2, 5), new Ranking.Document(0, 3));
      assertThat(ranking.failures()).extracting(Ranking.Failure::index).containsExactly(1);
      assertThat(fake.received()).contains(new TextPair("query", "three"));
      assertThatThrownBy(() -> client.blocking().embed(List.of("a")))
          .isInstanceOf(GanglionException.Unimplemented.class);
    }
    FakeGanglion.Script vectors =
        (pair, times) -> times == 1 ? FakeReply.unavailable() : FakeReply.vector(1, 2, 3);
    try (FakeGanglion fake = FakeGanglion.embedding(3, vectors);
        GanglionClient client = fake.client()) {
      assertThat(client.embed(List.of("a", "b"), 2).join().get(1).values()).containsExactly(1, 2);
      assertThat(client.blocking().model().task().embeddingDimensions()).isEqualTo(3);
    }
    Entity entity = new Entity("PER", 0.5f, 0, 3);
    try (FakeGanglion fake =
            FakeGanglion.tagging(List.of("O", "PER"), (pair, times) -> FakeReply.entities(entity));
        GanglionClient client = fake.client()) {
      assertThat(client.blocking().tag("Ann").entities()).containsExactly(entity);
      assertThat(client.blocking().model().task().kind()).isEqualTo(ModelInfo.Kind.TAGGING);
    }
  }

  @Test
  void aReplyThatDoesNotFitTheCallIsAnError() {
    try (FakeGanglion fake = FakeGanglion.embedding(3, (pair, times) -> FakeReply.vector(1, 2));
        GanglionClient client = fake.client()) {
      assertThatThrownBy(() -> client.blocking().embed(List.of("a")))
          .isInstanceOf(GanglionException.Internal.class)
          .hasMessageContaining("3 values");
    }
  }
}
