package io.ganglion.client;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.api.Classification;
import io.ganglion.api.Conditions;
import io.ganglion.api.GanglionException;
import io.ganglion.api.TextPair;
import io.ganglion.client.ScriptedServer.Act;
import io.ganglion.client.ScriptedServer.Script;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each kind of failure ends in the right exception. */
@SuppressWarnings("FutureReturnValueIgnored")
@Timeout(30)
class FailureTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  private static GanglionClient client(ScriptedServer server) {
    return GanglionClient.builder().target(server.target()).build();
  }

  private static GanglionException failureOf(CompletableFuture<?> future) {
    Throwable[] cause = new Throwable[1];
    assertThatThrownBy(() -> future.get(20, TimeUnit.SECONDS))
        .satisfies(thrown -> cause[0] = thrown.getCause());
    assertThat(cause[0]).isInstanceOf(GanglionException.class);
    return (GanglionException) cause[0];
  }

  @Test
  void anAnswerThatNobodyAskedForAndASecondOneChangeNothing() throws Exception {
    Script script = (text, times) -> text.equals("noise") ? new Act.Noise() : ANSWER;
    try (ScriptedServer server = ScriptedServer.start(script);
        GanglionClient client = client(server);
        ClassificationStream stream = client.openStream(2)) {
      List<CompletableFuture<Classification>> futures = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        futures.add(stream.send(new TextPair("noise")));
        futures.add(stream.send(new TextPair("plain")));
      }
      assertThat(futures)
          .allSatisfy(future -> assertThat(future.join().inputTokens()).isEqualTo(5));
      assertThat(stream.trySend(new TextPair("a"))).isPresent();
      assertThat(server.openStreams).hasValue(1);
    }
  }

  @Test
  void aUsedUpBudgetEndsTheRetries() {
    Act overloaded = new Act.Fail(Status.Code.RESOURCE_EXHAUSTED, 1);
    try (ScriptedServer server = ScriptedServer.start((text, times) -> overloaded);
        GanglionClient client =
            GanglionClient.builder().target(server.target()).retryBudget(0).build()) {
      List<CompletableFuture<Classification>> futures = new ArrayList<>();
      for (int i = 0; i < 800; i++) {
        futures.add(client.classify("a", "b"));
      }
      assertThat(futures)
          .allSatisfy(
              future ->
                  assertThat(failureOf(future)).isInstanceOf(GanglionException.Overloaded.class));
      assertThat(server.received.get()).isEqualTo(800 + 1000); // each once, and the whole budget
    }
  }

  @Test
  void aConnectionThatItsServerEndsForItsAgeLosesNothing() throws Exception {
    ServerBuilder<?> builder =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .maxConnectionAge(
                1, TimeUnit.SECONDS) // the shortest time that gRPC takes; it then sends GOAWAY
            .maxConnectionAgeGrace(10, TimeUnit.MILLISECONDS);
    Script script = (text, times) -> new Act.Answer(40);
    try (ScriptedServer server = new ScriptedServer(builder, script, true);
        GanglionClient client =
            GanglionClient.builder().target(server.target()).maxAttempts(20).build()) {
      List<CompletableFuture<Classification>> futures = new ArrayList<>();
      long start = System.nanoTime();
      try (ClassificationStream stream = client.openStream(4)) {
        while (System.nanoTime() - start < 2_500_000_000L) {
          futures.add(stream.send(new TextPair("abc")));
        }
      }
      assertThat(futures)
          .allSatisfy(future -> assertThat(future.join().inputTokens()).isEqualTo(3));
      assertThat(server.received.get()).isGreaterThan(futures.size()); // some were sent again
    }
  }

  @Test
  void aServerThatDiesForGoodLeavesEachItemItsReason() throws Exception {
    ScriptedServer server = ScriptedServer.start((text, times) -> new Act.Silence());
    try (server;
        GanglionClient client = client(server)) {
      ClassificationStream stream = client.openStream();
      CompletableFuture<Classification> item =
          stream.send(new TextPair("a"), Duration.ofMillis(700));
      Conditions.await(() -> server.received.get() == 1);
      server.close();
      GanglionException failure = failureOf(item);
      assertThat(failure).isInstanceOf(GanglionException.Unavailable.class);
      assertThat(failure).hasMessageContaining("no answer within the deadline of 700 ms");
      assertThat(failure.retryable()).isTrue();
    }
  }

  @Test
  void aCancelledBatchCancelsItsItems() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> new Act.Silence());
        GanglionClient client = client(server)) {
      CompletableFuture<?> batch =
          client.classifyAll(Collections.nCopies(100, new TextPair("a", "b")));
      Conditions.await(() -> server.received.get() > 0);
      batch.cancel(true);
      Conditions.await(() -> server.openStreams.get() == 0 && ((GrpcClient) client).open() == 0);
    }
  }

  @Test
  void closingAtOnceCancelsCallsAndStreams() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> new Act.Silence())) {
      GanglionClient client = client(server);
      CompletableFuture<Classification> call = client.classify("a", "b");
      CompletableFuture<Classification> item = client.openStream().send(new TextPair("a"));
      Conditions.await(() -> server.received.get() == 2);
      client.closeNow();
      Conditions.await(() -> call.isCancelled() && item.isCancelled());
      Conditions.await(() -> server.openStreams.get() == 0 && ((GrpcClient) client).open() == 0);
      assertThat(failureOf(client.classify("a", "b"))).hasMessageContaining("closed");
      assertThat(failureOf(client.classifyAll(List.of(new TextPair("a")))))
          .isInstanceOf(GanglionException.Unavailable.class);
      assertThatThrownBy(client::openStream).hasMessageContaining("closed");
    }
  }

  @Test
  void aHostThatNobodyKnowsIsNamed() {
    try (GanglionClient one = GanglionClient.builder().target("nowhere.invalid:1").build();
        GanglionClient two =
            GanglionClient.builder().target("nowhere.invalid:1", "neither.invalid:2").build()) {
      for (GanglionClient client : List.of(one, two)) {
        GanglionException failure = failureOf(client.classify(new TextPair("a", "b"), SHORT));
        assertThat(failure).isInstanceOf(GanglionException.Unavailable.class);
        assertThat(failure).hasMessageContaining("nowhere.invalid");
      }
    }
  }

  @Test
  void aListWithAHostThatNobodyKnowsStillWorks() {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER);
        GanglionClient client =
            GanglionClient.builder().target("nowhere.invalid:1", server.target()).build()) {
      assertThat(client.classify("a", "b").join().inputTokens()).isEqualTo(2);
    }
  }

  @Test
  void everyAddressOfANameGetsCallsAndOneThatIsGoneIsLeftOut() throws Exception {
    assumeTrue(
        System.getProperty("jdk.net.hosts.file") != null,
        "names are not resolved by the tests' own hosts file here");
    try (ScriptedServer one = at("127.0.0.2", 0);
        ScriptedServer two = at("127.0.0.3", one.port());
        GanglionClient client =
            GanglionClient.builder().target("dns:///many.example:" + one.port()).build()) {
      Conditions.await(
          () -> {
            client.classify("a", "b").join();
            return one.received.get() > 0 && two.received.get() > 0;
          });
      one.close();
      for (int i = 0; i < 50; i++) {
        assertThat(client.classify("a", "b").join().inputTokens()).isEqualTo(2);
      }
    }
  }

  private static ScriptedServer at(String address, int port) {
    try {
      return new ScriptedServer(
          NettyServerBuilder.forAddress(new InetSocketAddress(address, port)),
          (text, times) -> ANSWER,
          true);
    } catch (UncheckedIOException e) {
      return abort("this machine has no address " + address + ": " + e.getMessage());
    }
  }
}
