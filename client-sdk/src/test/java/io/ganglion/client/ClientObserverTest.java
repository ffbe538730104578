package io.ganglion.client;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.Classification;
import io.ganglion.api.Conditions;
import io.ganglion.api.GanglionException;
import io.ganglion.api.TextPair;
import io.ganglion.client.ScriptedServer.Act;
import io.grpc.Status;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClientObserverTest {
  /** Writes down each event. */
  private static final class Diary implements ClientObserver {
    private final Queue<String> events = new ConcurrentLinkedQueue<>();

    @Override
    public void started() {
      events.add("started");
    }

    @Override
    public void attempted(Attempt attempt) {
      events.add(attempt.name());
    }

    @Override
    public void answered(Duration latency) {
      events.add(latency.isNegative() ? "negative" : "answered");
    }

    @Override
    public void failed(GanglionException failure, Duration latency) {
      events.add(failure.code());
    }

    @Override
    public void cancelled(Duration latency) {
      events.add("cancelled");
    }
  }

  private final Diary diary = new Diary();

  private GanglionClient client(ScriptedServer server) {
    return GanglionClient.builder().target(server.target()).observer(diary).build();
  }

  private static Act failingOnce(String text, int times) {
    return times == 1 ? new Act.Fail(Status.Code.UNAVAILABLE, 1) : ANSWER;
  }

  @Test
  void aCallThatIsRetriedIsToldAttemptByAttempt() {
    try (ScriptedServer server = ScriptedServer.start(ClientObserverTest::failingOnce);
        GanglionClient client = client(server)) {
      client.classify("a", "b").join();
      assertThat(diary.events).containsExactly("started", "FIRST", "RETRY", "answered");
    }
  }

  @Test
  void anItemOfAStreamIsToldLikeACall() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(ClientObserverTest::failingOnce);
        GanglionClient client = client(server);
        ClassificationStream stream = client.openStream()) {
      stream.send(new TextPair("a", "b")).join();
      assertThat(diary.events).containsExactly("started", "FIRST", "RETRY", "answered");
    }
  }

  @Test
  void aHedgeIsNoRetry() {
    try (ScriptedServer server =
            ScriptedServer.start((text, times) -> times == 1 ? new Act.Silence() : ANSWER);
        GanglionClient client =
            GanglionClient.builder()
                .target(server.target())
                .hedgeAfter(Duration.ofMillis(5))
                .observer(diary)
                .build()) {
      client.classify("a", "b").join();
      assertThat(diary.events).containsExactly("started", "FIRST", "HEDGE", "answered");
    }
  }

  @Test
  void failuresAndCancelledRequestsEndOnce() throws Exception {
    try (ScriptedServer server =
            ScriptedServer.start(
                (text, times) ->
                    text.equals("bad")
                        ? new Act.Fail(Status.Code.INVALID_ARGUMENT, 0)
                        : new Act.Silence());
        GanglionClient client = client(server)) {
      client.classify("bad", "b").handle((answer, thrown) -> answer).join();
      CompletableFuture<Classification> silent = client.classify("silent", "b");
      Conditions.await(() -> server.received.get() == 2);
      silent.cancel(false);
      assertThat(diary.events)
          .containsExactly("started", "FIRST", "INVALID_ARGUMENT", "started", "FIRST", "cancelled");
    }
  }

  @Test
  void anObserverThatThrowsDisturbsNobody() {
    ClientObserver broken =
        new ClientObserver() {
          @Override
          public void started() {
            throw new IllegalStateException("broken");
          }

          @Override
          public void answered(Duration latency) {
            throw new IllegalStateException("broken");
          }
        };
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER);
        GanglionClient client =
            GanglionClient.builder()
                .target(server.target())
                .observer(broken)
                .observer(diary)
                .build()) {
      client.classify("a", "b").join();
      assertThat(diary.events).containsExactly("started", "FIRST", "answered");
    }
  }
}
