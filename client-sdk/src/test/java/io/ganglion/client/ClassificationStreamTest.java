package io.ganglion.client;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.Classification;
import io.ganglion.api.Conditions;
import io.ganglion.api.GanglionException;
import io.ganglion.api.TextPair;
import io.ganglion.client.ScriptedServer.Act;
import io.ganglion.client.ScriptedServer.Script;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@SuppressWarnings("FutureReturnValueIgnored")
@Timeout(30)
class ClassificationStreamTest {
  private static GanglionClient client(ScriptedServer server) {
    return GanglionClient.builder().target(server.target()).build();
  }

  private static TextPair pair(int i) {
    return new TextPair("x".repeat(i), "y");
  }

  @Test
  void aBadItemNeverEndsItsStream() throws Exception {
    Script script =
        (text, times) ->
            text.equals("bad") ? new Act.Fail(Status.Code.INVALID_ARGUMENT, 0) : ANSWER;
    try (ScriptedServer server = ScriptedServer.start(script);
        GanglionClient client = client(server);
        ClassificationStream stream = client.openStream()) {
      CompletableFuture<Classification> first = stream.send(new TextPair("ok"));
      CompletableFuture<Classification> bad = stream.send(new TextPair("bad"));
      CompletableFuture<Classification> last = stream.send(new TextPair("fine"));
      assertThat(first.join().inputTokens()).isEqualTo(2);
      assertThat(last.join().inputTokens()).isEqualTo(4);
      assertThat(bad)
          .failsWithin(Duration.ofSeconds(5))
          .withThrowableThat()
          .withCauseInstanceOf(GanglionException.InvalidRequest.class);
    }
  }

  @Test
  void answersCompleteAsTheyComeUnlessOrderIsAskedFor() throws Exception {
    Script script = (text, times) -> new Act.Answer(text.equals("slow") ? 100 : 0);
    try (ScriptedServer server = ScriptedServer.start(script);
        GanglionClient client = client(server);
        ClassificationStream free = client.openStream();
        ClassificationStream ordered = client.openOrderedStream(8)) {
      ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();
      for (ClassificationStream stream : List.of(free, ordered)) {
        String name = stream == free ? "free " : "ordered ";
        CompletableFuture<?> slow =
            stream.send(new TextPair("slow")).thenRun(() -> order.add(name + "slow"));
        CompletableFuture<?> fast =
            stream.send(new TextPair("fast")).thenRun(() -> order.add(name + "fast"));
        CompletableFuture.allOf(slow, fast).join();
      }
      assertThat(order).containsExactly("free fast", "free slow", "ordered slow", "ordered fast");
    }
  }

  @Test
  void itemsOfABrokenStreamAreSentAgainAndCompleteOnce() throws Exception {
    Random random = new Random(7);
    Script script =
        (text, times) ->
            random.nextInt(60) == 0
                ? new Act.Break(Status.UNAVAILABLE)
                : new Act.Answer(random.nextInt(3));
    AtomicInteger completions = new AtomicInteger();
    try (ScriptedServer server = ScriptedServer.start(script);
        GanglionClient client =
            GanglionClient.builder().target(server.target()).maxAttempts(1000).build()) {
      List<CompletableFuture<Classification>> futures = new ArrayList<>();
      try (ClassificationStream stream = client.openStream(16)) {
        for (int i = 0; i < 2000; i++) {
          CompletableFuture<Classification> future = stream.send(pair(i));
          futures.add(future.whenComplete((a, t) -> completions.incrementAndGet()));
        }
      }
      for (int i = 0; i < futures.size(); i++) {
        assertThat(futures.get(i).join().inputTokens()).isEqualTo(i + 1);
      }
      assertThat(completions).hasValue(2000);
      assertThat(server.received.get()).isGreaterThan(2000);
    }
  }

  @Test
  void anOverloadedItemIsSentAgainOnTheSameStream() throws Exception {
    Script script =
        (text, times) -> times == 1 ? new Act.Fail(Status.Code.RESOURCE_EXHAUSTED, 10) : ANSWER;
    try (ScriptedServer server = ScriptedServer.start(script);
        GanglionClient client = client(server);
        ClassificationStream stream = client.openStream()) {
      assertThat(stream.send(new TextPair("a")).join().inputTokens()).isEqualTo(1);
      assertThat(server.times("a")).isEqualTo(2);
      assertThat(server.openStreams).hasValue(1);
    }
  }

  @Test
  void anUnavailableItemMovesTheStreamToANewCall() throws Exception {
    Script script = (text, times) -> times == 1 ? new Act.Fail(Status.Code.UNAVAILABLE, 0) : ANSWER;
    try (ScriptedServer server = ScriptedServer.start(script);
        GanglionClient client = client(server);
        ClassificationStream stream = client.openStream()) {
      assertThat(stream.send(new TextPair("a")).join().inputTokens()).isEqualTo(1);
      assertThat(server.times("a")).isEqualTo(2);
    }
  }

  @Test
  void aFullStreamHoldsItsSenderBack() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER);
        GanglionClient client = client(server);
        ClassificationStream stream = client.openStream(2)) {
      server.pause();
      CompletableFuture<Classification> first = stream.send(pair(1));
      stream.send(pair(2));
      assertThat(stream.trySend(pair(3))).isEmpty();
      CompletableFuture<Void> room = stream.room();
      assertThat(room).isNotDone();
      server.resume();
      room.join();
      assertThat(first.join().inputTokens()).isEqualTo(2);
      assertThat(stream.send(pair(3)).join().inputTokens()).isEqualTo(4);
    }
  }

  @Test
  void eachItemHasItsOwnDeadline() throws Exception {
    Script script = (text, times) -> text.equals("never") ? new Act.Silence() : ANSWER;
    try (ScriptedServer server = ScriptedServer.start(script);
        GanglionClient client = client(server);
        ClassificationStream stream = client.openStream()) {
      CompletableFuture<Classification> never =
          stream.send(new TextPair("never"), Duration.ofMillis(80));
      assertThat(stream.send(new TextPair("a")).join().inputTokens()).isEqualTo(1);
      assertThat(never)
          .failsWithin(Duration.ofSeconds(5))
          .withThrowableThat()
          .withCauseInstanceOf(GanglionException.DeadlineExceeded.class);
    }
  }

  @Test
  void cancellingAFutureCancelsItsItem() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> new Act.Silence());
        GanglionClient client = client(server)) {
      ClassificationStream stream = client.openStream();
      CompletableFuture<Classification> future = stream.send(new TextPair("a"));
      Conditions.await(() -> server.received.get() == 1);
      assertThat(future.cancel(true)).isTrue();
      Conditions.await(() -> server.cancels.get() == 1);
      stream.cancel();
      Conditions.await(() -> server.openStreams.get() == 0);
    }
  }

  @Test
  void tenThousandFuturesCancelledAtRandomLeaveNothingOpen() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    try (ScriptedServer server = ScriptedServer.start((text, times) -> new Act.Answer(2));
        GanglionClient client = client(server)) {
      List<CompletableFuture<Classification>> futures = new ArrayList<>();
      try (ClassificationStream stream = client.openStream(500)) {
        for (int i = 0; i < 10_000; i++) {
          futures.add(
              random.nextBoolean() ? stream.send(pair(i % 50)) : client.classify(pair(i % 50)));
          futures.get(random.nextInt(futures.size())).cancel(true);
        }
      }
      CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).handle((a, t) -> 0).join();
      assertThat(futures).allMatch(CompletableFuture::isDone);
      assertThat(futures).anyMatch(CompletableFuture::isCancelled);
      assertThat(futures).anyMatch(future -> !future.isCompletedExceptionally());
      Conditions.await(() -> ((GrpcClient) client).open() == 0);
      Conditions.await(() -> server.openStreams.get() == 0);
    }
  }

  @Test
  void aProcessorAnswersInTheOrderOfItsPublisherAndNeverAsksForTooMuch() throws Exception {
    Script script = (text, times) -> new Act.Answer(text.length() % 4);
    try (ScriptedServer server = ScriptedServer.start(script);
        GanglionClient client = client(server);
        SubmissionPublisher<TextPair> pairs = new SubmissionPublisher<>(Runnable::run, 256)) {
      Flow.Processor<TextPair, Classification> processor = client.openOrderedStream(8).processor();
      Collector collector = new Collector();
      pairs.subscribe(processor);
      processor.subscribe(collector);
      IntStream.range(0, 500).forEach(i -> pairs.submit(pair(i)));
      pairs.close();
      assertThat(collector.done.get(10, TimeUnit.SECONDS))
          .containsExactlyElementsOf(IntStream.rangeClosed(1, 500).boxed().toList());
    }
  }

  @Test
  void aProcessorEndsWithTheFirstFailure() throws Exception {
    Act invalid = new Act.Fail(Status.Code.INVALID_ARGUMENT, 0);
    try (ScriptedServer server = ScriptedServer.start((text, times) -> invalid);
        GanglionClient client = client(server);
        SubmissionPublisher<TextPair> pairs = new SubmissionPublisher<>()) {
      Flow.Processor<TextPair, Classification> processor = client.openStream().processor();
      Collector collector = new Collector();
      pairs.subscribe(processor);
      processor.subscribe(collector);
      pairs.submit(new TextPair("a"));
      assertThat(collector.done)
          .failsWithin(Duration.ofSeconds(5))
          .withThrowableThat()
          .withCauseInstanceOf(GanglionException.InvalidRequest.class);
    }
  }

  @Test
  void aSendAfterTheEndFails() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER);
        GanglionClient client = client(server)) {
      ClassificationStream stream = client.openStream();
      stream.finish().join();
      assertThat(stream.send(pair(1)))
          .failsWithin(Duration.ofSeconds(5))
          .withThrowableThat()
          .withCauseInstanceOf(GanglionException.Unavailable.class);
    }
  }

  @Test
  void aThrowingContinuationHurtsNoOtherItem() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER);
        GanglionClient client =
            GanglionClient.builder().target(server.target()).executor(Runnable::run).build();
        ClassificationStream stream = client.openStream()) {
      CompletableFuture<Object> bad =
          stream
              .send(pair(1))
              .thenApply(
                  a -> {
                    throw new IllegalStateException("mine");
                  });
      assertThat(stream.send(pair(2)).join().inputTokens()).isEqualTo(3);
      assertThat(bad)
          .failsWithin(Duration.ofSeconds(5))
          .withThrowableThat()
          .withCauseInstanceOf(IllegalStateException.class);
    } catch (CompletionException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Collector implements Flow.Subscriber<Classification> {
    final CompletableFuture<List<Integer>> done = new CompletableFuture<>();
    private final List<Integer> tokens = new ArrayList<>();
    private Flow.Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
      subscription.request(1);
    }

    @Override
    public void onNext(Classification answer) {
      tokens.add(answer.inputTokens());
      subscription.request(1);
    }

    @Override
    public void onError(Throwable thrown) {
      done.completeExceptionally(thrown);
    }

    @Override
    public void onComplete() {
      done.complete(tokens);
    }
  }
}
