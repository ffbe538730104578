package io.ganglion.client;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.Classification;
import io.ganglion.api.Conditions;
import io.ganglion.api.TextPair;
import io.ganglion.client.ScriptedServer.Act;
import io.ganglion.client.ScriptedServer.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that go silent without being closed. */
@SuppressWarnings("FutureReturnValueIgnored")
@Timeout(60)
class DeadConnectionTest {
  private static final TextPair PAIR = new TextPair("a", "b");
  private static final Duration SHORT = Duration.ofMillis(150);
  private static final long SOON_NS = TimeUnit.SECONDS.toNanos(8);

  /** So many calls in a row must be answered before the silent server counts as left. */
  private static final int IN_A_ROW = 60;

  private static boolean answered(CompletableFuture<Classification> call) {
    try {
      return call.join() != null;
    } catch (CompletionException e) {
      return false;
    }
  }

  /** Sends calls until enough in a row are answered. Returns the time of the last failure. */
  private static long lastFailureNs(Supplier<CompletableFuture<Classification>> question) {
    long start = System.nanoTime();
    long last = 0;
    int row = 0;
    while (row < IN_A_ROW) {
      if (answered(question.get())) {
        row++;
      } else {
        row = 0;
        last = System.nanoTime() - start;
        assertThat(last).as("time of a failure").isLessThan(TimeUnit.SECONDS.toNanos(20));
      }
    }
    return last;
  }

  @Test
  void oneOfThreeServersThatGoesSilentIsLeft() throws Exception {
    try (ScriptedServer one = ScriptedServer.start((text, times) -> ANSWER);
        ScriptedServer two = ScriptedServer.start((text, times) -> ANSWER);
        ScriptedServer three = ScriptedServer.start((text, times) -> ANSWER);
        BlackHole hole = new BlackHole(one.port());
        GanglionClient client =
            GanglionClient.builder().target(hole.target(), two.target(), three.target()).build()) {
      Conditions.await(
          () ->
              answered(client.classify(PAIR))
                  && one.received.get() > 0
                  && two.received.get() > 0
                  && three.received.get() > 0);
      hole.swallowAll();
      long lastNs = lastFailureNs(() -> client.classify(PAIR, SHORT));
      System.out.printf("left after %.1f s%n", lastNs / 1e9);
      assertThat(lastNs).isBetween(1L, SOON_NS);
      for (int i = 0; i < 300; i++) {
        assertThat(client.classify(PAIR, Duration.ofSeconds(5)).join().inputTokens()).isEqualTo(2);
      }
    }
  }

  @Test
  void aConnectionThatGoesSilentIsReplacedByANewOne() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER);
        BlackHole hole = new BlackHole(server.port());
        GanglionClient client = GanglionClient.builder().target(hole.target()).build()) {
      assertThat(answered(client.classify(PAIR))).isTrue();
      hole.swallowPresent();
      assertThat(lastFailureNs(() -> client.classify(PAIR, SHORT))).isBetween(1L, SOON_NS);
    }
  }

  @Test
  void aStreamLeavesASilentConnectionToo() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER);
        BlackHole hole = new BlackHole(server.port());
        GanglionClient client =
            GanglionClient.builder().target(hole.target()).leastRequest().build()) {
      ClassificationStream stream = client.openStream();
      assertThat(answered(stream.send(PAIR))).isTrue();
      hole.swallowPresent();
      long lastNs = lastFailureNs(() -> stream.trySend(PAIR, SHORT).orElseThrow());
      assertThat(lastNs).isBetween(1L, SOON_NS);
    }
  }

  @Test
  @Tag("proof")
  void aServerThatIsOnlySlowKeepsItsCalls() {
    AtomicBoolean slow = new AtomicBoolean(true);
    try (ScriptedServer server =
            ScriptedServer.start((text, times) -> slow.get() ? new Act.Silence() : ANSWER);
        GanglionClient client = GanglionClient.builder().target(server.target()).build()) {
      long end = System.nanoTime() + 2 * Silence.LENGTH_NS;
      while (System.nanoTime() - end < 0) {
        assertThat(answered(client.classify(PAIR, SHORT))).isFalse();
      }
      slow.set(false);
      assertThat(client.classify(PAIR).join().inputTokens()).isEqualTo(2);
    }
  }

  @Test
  @Tag("proof")
  void aCallOnASilentConnectionIsAnsweredElsewhereWithinFifteenSeconds() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER);
        BlackHole hole = new BlackHole(server.port());
        GanglionClient client = GanglionClient.builder().target(hole.target()).build()) {
      assertThat(answered(client.classify(PAIR))).isTrue();
      hole.swallowPresent();
      long start = System.nanoTime();
      CompletableFuture<Classification> item = client.openStream().send(PAIR);
      assertThat(client.classify(PAIR).get(30, TimeUnit.SECONDS).inputTokens()).isEqualTo(2);
      assertThat(item.get(30, TimeUnit.SECONDS).inputTokens()).isEqualTo(2);
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(15));
    }
  }

  @Test
  void callsThatWaitOnADeadServerAreAnsweredByAnotherWithinSixSeconds() throws Exception {
    try (ScriptedServer one = ScriptedServer.start((text, times) -> ANSWER);
        ScriptedServer two = ScriptedServer.start((text, times) -> ANSWER);
        BlackHole hole = new BlackHole(one.port());
        GanglionClient client =
            GanglionClient.builder().target(hole.target(), two.target()).build()) {
      awaitBoth(client, one, two);
      hole.swallowAll();
      long start = System.nanoTime();
      List<CompletableFuture<Classification>> waiting = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        waiting.add(client.classify(PAIR)); // half of them to the dead server
      }
      while (!waiting.stream().allMatch(CompletableFuture::isDone)) {
        client.classify(PAIR, SHORT).handle((answer, thrown) -> answer).join(); // others ask on
      }
      assertThat(waiting).allMatch(DeadConnectionTest::answered);
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(6));
    }
  }

  @Test
  void aServerThatTakesSecondsForACallIsNotAskedAnotherTime() throws Exception {
    Script slow = (text, times) -> text.equals(PAIR.textA()) ? new Act.Answer(4500) : ANSWER;
    try (ScriptedServer one = ScriptedServer.start(slow);
        ScriptedServer two = ScriptedServer.start(slow);
        GanglionClient client =
            GanglionClient.builder().target(one.target(), two.target()).build()) {
      awaitBoth(client, one, two);
      long before = one.received.get() + two.received.get();
      List<CompletableFuture<Classification>> calls = new ArrayList<>();
      calls.add(client.classify(PAIR));
      while (!calls.get(0).isDone()) {
        calls.add(client.classify(PAIR));
        Thread.sleep(600); // rare, so that the connections look silent between two calls
      }
      assertThat(calls).allMatch(DeadConnectionTest::answered);
      assertThat(one.received.get() + two.received.get() - before).isEqualTo(calls.size());
    }
  }

  private static void awaitBoth(GanglionClient client, ScriptedServer one, ScriptedServer two)
      throws InterruptedException {
    Conditions.await(
        () ->
            answered(client.classify("other", "text"))
                && one.received.get() > 0
                && two.received.get() > 0);
  }
}
