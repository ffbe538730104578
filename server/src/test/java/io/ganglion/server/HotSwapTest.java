package io.ganglion.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.Classification;
import io.ganglion.api.Conditions;
import io.ganglion.api.TextPair;
import io.ganglion.client.ClassificationStream;
import io.ganglion.client.GanglionClient;
import io.ganglion.client.Outcome;
import io.ganglion.runtime.artifact.TestArtifacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A good version and a bad one appear in the folder of a loaded server. The client does not retry,
 * so that nothing hides what the server loses.
 */
@Timeout(120)
class HotSwapTest {
  private static final int TEXTS = 20;
  private static final int IN_FLIGHT = 64;

  @TempDir private Path folder;

  /** Answers by text. */
  private List<Classification> first;

  private List<Classification> second;

  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong byFirst = new AtomicLong();
  private final AtomicLong bySecond = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();

  /**
   * An answer of the first version to a request that was sent after an answer of the second had
   * come.
   */
  private final AtomicLong stale = new AtomicLong();

  private volatile boolean stop;

  private static TextPair pair(int text) {
    return new TextPair("cat ".repeat(1 + text), "the dog");
  }

  private static List<Classification> answers(Path model) throws Exception {
    try (InProcessServer server = InProcessServer.start(model);
        GanglionClient client = GanglionClient.builder().channel(server.channel()).build()) {
      List<TextPair> pairs = new ArrayList<>();
      for (int text = 0; text < TEXTS; text++) {
        pairs.add(pair(text));
      }
      return client.classifyAll(pairs).join().stream().map(Outcome::orThrow).toList();
    }
  }

  @Test
  void underLoadAGoodVersionTakesOverABadOneIsRefusedAndNothingIsLost() throws Exception {
    Path versions = Files.createDirectory(folder.resolve("versions"));
    first = answers(TestArtifacts.tiny().seed(1).write(versions.resolve("1")));
    Path good = TestArtifacts.tiny().seed(2).write(folder.resolve("good"));
    second = answers(good);
    Path bad = TestArtifacts.tiny().seed(3).write(folder.resolve("bad"));
    flipAByte(bad.resolve("weights.safetensors"));
    try (ServerProcess server = new ServerProcess(versions, "--version-interval", "200ms");
        GanglionClient client =
            GanglionClient.builder().target("127.0.0.1:" + server.port()).maxAttempts(1).build()) {
      Thread load = new Thread(() -> load(client));
      load.start();
      Conditions.await(() -> byFirst.get() >= 500);
      assertThat(bySecond).hasValue(0);

      Files.move(good, versions.resolve("2"));
      Conditions.await(() -> bySecond.get() >= 500);

      Files.move(bad, versions.resolve("3"));
      Conditions.await(() -> server.printed("version_refused"));
      long before = bySecond.get();
      Conditions.await(() -> bySecond.get() >= before + 500);
      stop = true;
      load.join();
      assertThat(lost).as("of " + sent).hasValue(0);
      assertThat(stale).hasValue(0);
      assertThat(byFirst.get() + bySecond.get()).isEqualTo(sent.get());
      assertThat(server.printed("version_swapped")).isTrue();
    }
  }

  private static void flipAByte(Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  private void load(GanglionClient client) {
    try (ClassificationStream stream = client.openStream(IN_FLIGHT)) {
      for (int i = 0; !stop; i++) {
        int text = i % TEXTS;
        boolean swapped = bySecond.get() > 0;
        sent.incrementAndGet();
        var unused =
            stream
                .send(pair(text))
                .whenComplete((answer, thrown) -> count(text, swapped, answer, thrown));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CompletionException e) {
      throw new AssertionError(e);
    }
  }

  private void count(int text, boolean swapped, Classification answer, Throwable thrown) {
    if (thrown != null) {
      lost.incrementAndGet();
    } else if (answer.probabilities().equals(second.get(text).probabilities())) {
      bySecond.incrementAndGet();
    } else if (answer.probabilities().equals(first.get(text).probabilities())) {
      byFirst.incrementAndGet();
      stale.addAndGet(swapped ? 1 : 0);
    } else {
      lost.incrementAndGet(); // the answer to another request
    }
  }
}
