package io.ganglion.client;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.Classification;
import io.ganglion.api.Conditions;
import io.ganglion.api.TextPair;
import io.ganglion.client.ScriptedServer.Act;
import io.ganglion.client.ScriptedServer.Script;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SeveralServersTest {
  private static void classify(GanglionClient client, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(client.classify("a", "b").join().inputTokens()).isEqualTo(2);
    }
  }

  @Test
  void callsGoToEveryServerInTurn() throws Exception {
    try (ScriptedServer one = ScriptedServer.start((text, times) -> ANSWER);
        ScriptedServer two = ScriptedServer.start((text, times) -> ANSWER);
        GanglionClient client =
            GanglionClient.builder().target(one.target(), two.target()).build()) {
      Conditions.await(
          () -> {
            classify(client, 1);
            return one.received.get() > 0 && two.received.get() > 0;
          });
      long before = one.received.get();
      classify(client, 20);
      assertThat(one.received.get() - before).isEqualTo(10);
    }
  }

  @Test
  void withLeastRequestABusyServerGetsFewerCalls() throws Exception {
    Script slow = (text, times) -> new Act.Answer(300);
    try (ScriptedServer busy = ScriptedServer.start(slow);
        ScriptedServer free = ScriptedServer.start((text, times) -> ANSWER);
        GanglionClient client =
            GanglionClient.builder().target(busy.target(), free.target()).leastRequest().build()) {
      Conditions.await(
          () -> {
            classify(client, 1);
            return busy.received.get() > 0 && free.received.get() > 0;
          });
      long busyBefore = busy.received.get();
      List<CompletableFuture<Classification>> calls = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        CompletableFuture<Classification> call = client.classify("a", "b");
        calls.add(call);
        // Long enough for the free server, and far too short for the busy one.
        CompletableFuture.anyOf(
                call, new CompletableFuture<>().completeOnTimeout("", 40, MILLISECONDS))
            .join();
      }
      calls.forEach(CompletableFuture::join);
      assertThat(busy.received.get() - busyBefore).isLessThan(30);
    }
  }

  @Test
  void withLeastRequestAConnectionThatHasEndedIsOpenedAgain() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER);
        BlackHole proxy = new BlackHole(server.port());
        GanglionClient client =
            GanglionClient.builder().target(proxy.target()).leastRequest().build()) {
      classify(client, 1);
      proxy.cut();
      assertThat(client.classify(new TextPair("a", "b"), Duration.ofSeconds(10)).join())
          .isNotNull();
    }
  }

  @Test
  void aServerThatSaysItIsNotServingGetsNoCalls() throws Exception {
    try (ScriptedServer sick = ScriptedServer.start((text, times) -> ANSWER);
        ScriptedServer well = ScriptedServer.start((text, times) -> ANSWER)) {
      sick.setServing(false);
      try (GanglionClient client =
          GanglionClient.builder().target(sick.target(), well.target()).build()) {
        classify(client, 50);
        assertThat(sick.received.get()).isZero();
        sick.setServing(true);
        Conditions.await(
            () -> {
              classify(client, 1);
              return sick.received.get() > 0;
            });
      }
    }
  }

  @Test
  void aStreamMovesFromAServerThatStopsAndLosesNothing() throws Exception {
    ScriptedServer one = ScriptedServer.start((text, times) -> new Act.Answer(1));
    try (ScriptedServer two = ScriptedServer.start((text, times) -> new Act.Answer(1));
        GanglionClient client =
            GanglionClient.builder().target(one.target(), two.target()).build()) {
      List<CompletableFuture<Classification>> futures = new ArrayList<>();
      List<ClassificationStream> streams = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        streams.add(client.openStream(8));
      }
      for (int i = 0; i < 2000; i++) {
        futures.add(streams.get(i % 4).send(new TextPair("x".repeat(i % 40), "y")));
        if (i == 1000) {
          one.close();
        }
      }
      for (int i = 0; i < futures.size(); i++) {
        assertThat(futures.get(i).join().inputTokens()).isEqualTo(i % 40 + 1);
      }
      streams.forEach(ClassificationStream::close);
      assertThat(two.received.get()).isGreaterThan(900);
    } finally {
      one.close();
    }
  }

  @Test
  void aDrainingServersUnavailableItemsAreAnsweredElsewhere() throws Exception {
    Act draining = new Act.Fail(Status.Code.UNAVAILABLE, 0);
    try (ScriptedServer one = ScriptedServer.start((text, times) -> draining);
        ScriptedServer two = ScriptedServer.start((text, times) -> ANSWER);
        GanglionClient client =
            GanglionClient.builder().target(one.target(), two.target()).maxAttempts(50).build()) {
      List<CompletableFuture<Classification>> futures = new ArrayList<>();
      try (ClassificationStream stream = client.openStream(4)) {
        for (int i = 0; i < 50; i++) {
          futures.add(stream.send(new TextPair("a", "b")));
        }
      }
      assertThat(futures).allSatisfy(future -> assertThat(future).isCompleted());
    }
  }
}
