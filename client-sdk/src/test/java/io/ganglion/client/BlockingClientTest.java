package io.ganglion.client;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.Conditions;
import io.ganglion.api.GanglionException;
import io.ganglion.api.TextPair;
import io.ganglion.client.ScriptedServer.Act;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BlockingClientTest {
  private static GanglionClient client(ScriptedServer server) {
    return GanglionClient.builder().target(server.target()).maxAttempts(1).build();
  }

  @Test
  void itReturnsAnswers() {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER);
        GanglionClient client = client(server)) {
      BlockingClient blocking = client.blocking();
      assertThat(blocking.classify("abc", "de").inputTokens()).isEqualTo(5);
      assertThat(blocking.classify(new TextPair("abc")).inputTokens()).isEqualTo(3);
      assertThat(blocking.classifyAll(List.of(new TextPair("a"))).get(0).orThrow()).isNotNull();
      assertThat(blocking.model().labels()).isNotEmpty();
    }
  }

  @Test
  void itThrowsFailuresAsTheyAre() {
    try (ScriptedServer server =
            ScriptedServer.start(
                (text, times) -> new Act.Fail(Status.Code.RESOURCE_EXHAUSTED, 700));
        GanglionClient client = client(server)) {
      assertThatThrownBy(() -> client.blocking().classify("a", "b"))
          .isInstanceOfSatisfying(
              GanglionException.Overloaded.class,
              e -> assertThat(e.retryAfter()).contains(Duration.ofMillis(700)));
    }
  }

  @Test
  void anInterruptCancelsTheCallAndStaysSet() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> new Act.Silence());
        GanglionClient client = client(server)) {
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      Thread thread =
          new Thread(
              () -> {
                try {
                  client.blocking().classify("a", "b");
                  interrupted.complete(false);
                } catch (GanglionException.Unavailable e) {
                  interrupted.complete(Thread.currentThread().isInterrupted());
                }
              });
      thread.start();
      Conditions.await(() -> server.received.get() == 1);
      thread.interrupt();
      assertThat(interrupted.get()).isTrue();
      Conditions.await(() -> ((GrpcClient) client).open() == 0);
    }
  }
}
