package io.ganglion.client.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.GanglionException;
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
}
