package io.ganglion.loadgen;

import io.ganglion.api.Aggregation;
import io.ganglion.api.Classification;
import io.ganglion.api.Embedding;
import io.ganglion.api.GanglionException;
import io.ganglion.api.TaggedText;
import io.ganglion.api.TextPair;
import io.ganglion.client.ClassificationStream;
import io.ganglion.client.GanglionClient;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Requests through the client SDK: the items of one stream, or calls.
 *
 * @param <Q> what is asked
 * @param <A> what the SDK answers
 */
@SuppressWarnings("FutureReturnValueIgnored") // each future's outcome goes to its Outcome
final class SdkRequests<Q extends Question, A> implements Requests {
  private final Class<Q> kind;
  private final Function<Q, CompletableFuture<A>> sender;
  private final BiFunction<Q, A, Answer> reader;
  private final Runnable closer;

  private SdkRequests(
      Class<Q> kind,
      Function<Q, CompletableFuture<A>> sender,
      BiFunction<Q, A, Answer> reader,
      Runnable closer) {
    this.kind = kind;
    this.sender = sender;
    this.reader = reader;
    this.closer = closer;
  }

  static Requests stream(GanglionClient client, int inFlight) {
    // An item frees its place only after its outcome, in which the next one is sent.
    ClassificationStream stream = client.openStream(2 * inFlight);
    return classify(
        pair ->
            stream
                .trySend(pair)
                .orElseThrow(() -> new IllegalStateException("more in flight than planned")),
        stream::cancel);
  }

  /** A call for each question. */
  static Requests calls(Task task, GanglionClient client) {
    return switch (task) {
      case CLASSIFY -> classify(client::classify, () -> {});
      case RERANK ->
          new SdkRequests<>(
              RankedQuery.class,
              asked -> client.rerank(asked.query(), asked.documents()),
              (asked, ranking) -> Answer.judged(asked.judge(ranking), 0),
              () -> {});
      case EMBED ->
          new SdkRequests<>(
              ComparedTexts.class,
              asked -> client.embed(asked.texts()),
              (asked, vectors) ->
                  Answer.judged(
                      asked.judge(vectors),
                      vectors.stream().mapToInt(Embedding::inputTokens).sum()),
              () -> {});
      case TAG ->
          new SdkRequests<TaggedSentence, List<TaggedText>>(
              TaggedSentence.class,
              asked -> client.tag(List.of(asked.text()), Aggregation.SIMPLE),
              (asked, tagged) ->
                  Answer.judged(asked.judge(tagged.get(0)), tagged.get(0).inputTokens()),
              () -> {});
    };
  }

  private static Requests classify(
      Function<TextPair, CompletableFuture<Classification>> sender, Runnable closer) {
    return new SdkRequests<>(
        LabelledPair.class,
        asked -> sender.apply(asked.pair()),
        (asked, answer) -> Answer.of(answer),
        closer);
  }

  @Override
  public Runnable send(Question question, Outcome outcome) {
    Q asked = kind.cast(question);
    CompletableFuture<A> future = sender.apply(asked);
    future.whenComplete((answer, thrown) -> tell(outcome, asked, answer, thrown));
    return () -> future.cancel(false);
  }

  private void tell(Outcome outcome, Q asked, @Nullable A answer, @Nullable Throwable thrown) {
    if (answer != null) {
      outcome.answered(reader.apply(asked, answer));
    } else if (thrown instanceof GanglionException failure) {
      outcome.failed(failure.code(), String.valueOf(failure.getMessage()));
    } else if (thrown instanceof CancellationException) {
      outcome.failed("CANCELLED", "cancelled here");
    } else {
      outcome.failed("INTERNAL", String.valueOf(thrown));
    }
  }

  @Override
  public void close() {
    closer.run();
  }
}
