package io.ganglion.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.Classification;
import io.ganglion.api.GanglionException;
import io.ganglion.api.TextPair;
import io.ganglion.client.GanglionClient;
import io.ganglion.client.Outcome;
import io.ganglion.runtime.artifact.TestArtifacts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the server inside another program, used like a service would use it. */
@Timeout(60)
class InProcessServerTest {
  private static final int PAIRS = 600; // more than a stream may have in flight

  @TempDir private Path folder;

  private static TextPair pair(int number) {
    return new TextPair("cat ".repeat(1 + number % 20), "dog ".repeat(1 + number % 7));
  }

  private static GanglionClient client(InProcessServer server) {
    return GanglionClient.builder().channel(server.channel()).build();
  }

  @Test
  void theClientSdkGetsTheSameAnswersOneByOneAndOverAStream() throws Exception {
    Path model = TestArtifacts.tiny().write(folder.resolve("model"));
    try (InProcessServer server = InProcessServer.start(model);
        GanglionClient client = client(server)) {
      assertThat(client.model().join().labels()).containsExactly("not_paraphrase", "paraphrase");
      List<TextPair> pairs = new ArrayList<>();
      for (int i = 0; i < PAIRS; i++) {
        pairs.add(pair(i));
      }
      List<Classification> streamed =
          client.classifyAll(pairs).join().stream().map(Outcome::orThrow).toList();
      assertThat(streamed).hasSize(PAIRS);
      for (int i = 0; i < PAIRS; i++) {
        Classification alone = client.classify(pairs.get(i)).join();
        assertThat(streamed.get(i).probabilities()).isEqualTo(alone.probabilities());
        assertThat(streamed.get(i).inputTokens()).isEqualTo(1 + i % 20 + 1 + i % 7 + 3);
      }
    }
  }

  @Test
  void aServerThatClosesAnswersWhatItTookAndThenRefuses() throws Exception {
    Path model = TestArtifacts.tiny().write(folder.resolve("model"));
    InProcessServer server = InProcessServer.start(model);
    try (GanglionClient client = client(server)) {
      List<CompletableFuture<Classification>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        answers.add(client.classify(pair(i)));
      }
      server.close();
      for (CompletableFuture<Classification> answer : answers) {
        assertThat(answer.join().probabilities()).hasSize(2);
      }
      // Long enough for gRPC to end the threads of the closed channel.
      assertThatThrownBy(
              () -> client.classify(pair(0), Duration.ofSeconds(3)).get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(GanglionException.class);
    } finally {
      server.close();
    }
  }
}
