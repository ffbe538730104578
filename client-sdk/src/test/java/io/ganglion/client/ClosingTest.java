package io.ganglion.client;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.Classification;
import io.ganglion.api.Conditions;
import io.ganglion.api.TextPair;
import io.ganglion.client.ScriptedServer.Act;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Closing takes effect for all at once, works on any thread, and ends by the deadlines. */
@SuppressWarnings("FutureReturnValueIgnored")
@Timeout(40)
class ClosingTest {
  private static final TextPair PAIR = new TextPair("a", "b");

  static List<Executor> executors() {
    return List.of(ForkJoinPool.commonPool(), Runnable::run);
  }

  private static GanglionClient client(ScriptedServer server, Executor executor) {
    return GanglionClient.builder().target(server.target()).executor(executor).build();
  }

  /** Waits until the future completes, at most for {@code limit}. */
  private static void within(Duration limit, CompletableFuture<?> future) throws Exception {
    future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static boolean refuses(ClassificationStream stream) {
    CompletableFuture<Classification> item = stream.trySend(PAIR).orElseThrow();
    return item.isCompletedExceptionally();
  }

  @Test
  void allStreamsRefuseBeforeTheFirstIsWaitedFor() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER)) {
      GanglionClient client = client(server, ForkJoinPool.commonPool());
      server.pause();
      List<ClassificationStream> streams = new ArrayList<>();
      List<CompletableFuture<Classification>> sent = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        streams.add(client.openStream(10_000));
        sent.add(streams.get(i).send(PAIR));
      }
      sent.add(client.classify(PAIR));
      CompletableFuture<Void> closed = CompletableFuture.runAsync(client::close);
      Conditions.await(() -> streams.stream().allMatch(ClosingTest::refuses));
      assertThat(closed).isNotDone();
      server.resume();
      within(Duration.ofSeconds(10), closed);
      assertThat(sent).allSatisfy(future -> assertThat(future).isCompleted());
    }
  }

  @ParameterizedTest
  @MethodSource("executors")
  void aContinuationOfACallMayCloseTheClient(Executor executor) throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER)) {
      GanglionClient client = client(server, executor);
      within(
          Duration.ofSeconds(10),
          client.classify(PAIR).whenComplete((answer, thrown) -> client.close()));
      GanglionClient other = client(server, executor);
      within(Duration.ofSeconds(10), other.model().whenComplete((answer, thrown) -> other.close()));
    }
  }

  @Test
  void twoContinuationsThatCloseTheClientDoNotWaitForEachOther() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER)) {
      GanglionClient client = client(server, pool);
      CountDownLatch both = new CountDownLatch(2);
      List<CompletableFuture<?>> closed = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        closed.add(
            client
                .classify(PAIR)
                .whenComplete(
                    (answer, thrown) -> {
                      both.countDown();
                      awaitBoth(both);
                      client.close();
                    }));
      }
      for (CompletableFuture<?> one : closed) {
        within(Duration.ofSeconds(10), one);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static void awaitBoth(CountDownLatch both) {
    try {
      assertThat(both.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("executors")
  void aContinuationOfAnItemMayCloseItsStreamAndTheClient(Executor executor) throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER)) {
      GanglionClient client = client(server, executor);
      for (ClassificationStream stream :
          List.of(client.openStream(), client.openOrderedStream(4))) {
        within(
            Duration.ofSeconds(10),
            stream.send(PAIR).whenComplete((answer, thrown) -> stream.close()));
      }
      within(
          Duration.ofSeconds(10),
          client.openStream().send(PAIR).whenComplete((answer, thrown) -> client.close()));
    }
  }

  @Test
  void aContinuationMayWaitForTheEndOfItsStream() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER);
        GanglionClient client = client(server, ForkJoinPool.commonPool())) {
      ClassificationStream stream = client.openStream();
      within(
          Duration.ofSeconds(10),
          stream.send(PAIR).whenComplete((answer, thrown) -> stream.finish().join()));
    }
  }

  @Test
  void aContinuationMaySendTheNextItemOfAFullStream() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER);
        GanglionClient client = client(server, ForkJoinPool.commonPool());
        ClassificationStream stream = client.openStream(1)) {
      within(
          Duration.ofSeconds(10),
          stream
              .send(PAIR)
              .thenCompose(
                  first -> {
                    try {
                      return stream.send(PAIR);
                    } catch (InterruptedException e) {
                      throw new AssertionError(e);
                    }
                  }));
    }
  }

  @ParameterizedTest
  @MethodSource("executors")
  void closingFromAContinuationIsBoundedByTheDeadlinesOfTheOthers(Executor executor)
      throws Exception {
    Duration deadline = Duration.ofMillis(700);
    try (ScriptedServer server =
        ScriptedServer.start((text, times) -> text.equals("a") ? ANSWER : new Act.Silence())) {
      GanglionClient client = client(server, executor);
      CompletableFuture<Classification> call = client.classify(new TextPair("never"), deadline);
      ClassificationStream ordered = client.openOrderedStream(4);
      CompletableFuture<Void> first =
          ordered.send(PAIR, deadline).thenAccept(answer -> client.close());
      CompletableFuture<Classification> item = ordered.send(new TextPair("never"), deadline);
      within(Duration.ofSeconds(10), first);
      for (CompletableFuture<Classification> silent : List.of(call, item)) {
        Conditions.await(silent::isDone);
        assertThat(silent).isCompletedExceptionally();
      }
    }
  }

  @Test
  void whoHasCancelledACallMayCloseTheClientInItsContinuation() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> new Act.Silence())) {
      GanglionClient client = client(server, ForkJoinPool.commonPool());
      CompletableFuture<Classification> call = client.classify(PAIR);
      CompletableFuture<Void> closed = new CompletableFuture<>();
      call.whenComplete(
          (answer, thrown) -> {
            client.close();
            closed.complete(null);
          });
      CompletableFuture.runAsync(() -> call.cancel(true));
      within(Duration.ofSeconds(10), closed);
    }
  }

  @Test
  void closingWaitsForWhatIsAttachedToTheFutures() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> new Act.Answer(100))) {
      CompletableFuture<Integer> tokens = new CompletableFuture<>();
      try (GanglionClient client = client(server, ForkJoinPool.commonPool())) {
        client.classify(PAIR).thenAccept(answer -> tokens.complete(answer.inputTokens()));
      }
      assertThat(tokens).isCompletedWithValue(2);
    }
  }
}
