package io.ganglion.api;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A model that is asked about texts: on servers, through {@code GanglionClient}, or in process,
 * through {@code Engine}. Code that is given one need not know where it runs. Thread-safe.
 *
 * <p>What a model can answer depends on its task, which {@link #model()} tells. Other calls fail
 * with {@link GanglionException.Unimplemented}, whose message names those that it can. All failures
 * of futures are {@link GanglionException}s.
 *
 * <pre>{@code
 * List<String> best(TextModel model, String query, List<String> passages) {
 *   return model.rerank(query, passages).join().documents().stream()
 *       .limit(3)
 *       .map(document -> passages.get(document.index()))
 *       .toList();
 * }
 * }</pre>
 */
public interface TextModel extends AutoCloseable {
  /**
   * Classifies a pair of texts.
   *
   * @param textA the first text, not empty
   * @param textB the second text, not empty
   * @return completes with the answer; cancelling it gives the request up
   */
  default CompletableFuture<Classification> classify(String textA, String textB) {
    return classify(new TextPair(textA, textB));
  }

  /**
   * Classifies a text or a pair.
   *
   * @param pair what to classify
   * @return completes with the answer; cancelling it gives the request up
   */
  CompletableFuture<Classification> classify(TextPair pair);

  /**
   * Classifies a text or a pair, and names the best labels with their scores.
   *
   * @param pair what to classify
   * @param topK how many scores {@link Classification#scores()} shall have, at most; at least 1
   * @return completes with the answer; cancelling it gives the request up
   * @throws IllegalArgumentException if no score is asked for
   */
  CompletableFuture<Classification> classify(TextPair pair, int topK);

  /**
   * Sorts documents by their score for a query. The model must give one score to a pair of texts.
   *
   * @param query what is looked for, not empty
   * @param documents where it may be found, any number
   * @return completes with the documents' indices, best first; a document that is refused is listed
   *     apart; cancelling it gives the request up
   */
  CompletableFuture<Ranking> rerank(String query, List<String> documents);

  /**
   * Turns texts into vectors.
   *
   * @param texts any number, none empty
   * @return completes with a vector for each text, in their order, or with the first failure;
   *     cancelling it gives the request up
   */
  default CompletableFuture<List<Embedding>> embed(List<String> texts) {
    return embed(texts, 0);
  }

  /**
   * Turns texts into shorter vectors: the first values, brought to the length 1 again if the
   * model's vectors have it.
   *
   * @param texts any number, none empty
   * @param dimensions number of values, at most that of the model; 0 for that
   * @return completes with a vector for each text, in their order, or with the first failure;
   *     cancelling it gives the request up
   * @throws IllegalArgumentException if the number is negative
   */
  CompletableFuture<List<Embedding>> embed(List<String> texts, int dimensions);

  /**
   * Finds the entities of a text, joined by {@link Aggregation#SIMPLE}.
   *
   * @param text not empty
   * @return completes with its entities; cancelling it gives the request up
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the continuation does not fail
  default CompletableFuture<TaggedText> tag(String text) {
    CompletableFuture<List<TaggedText>> all = tag(List.of(text), Aggregation.SIMPLE);
    CompletableFuture<TaggedText> one = all.thenApply(tagged -> tagged.get(0));
    one.whenComplete(
        (tagged, thrown) -> {
          if (one.isCancelled()) {
            all.cancel(false);
          }
        });
    return one;
  }

  /**
   * Finds the entities of texts.
   *
   * @param texts any number, none empty
   * @param aggregation how tokens become entities
   * @return completes with the entities of each text, in their order, or with the first failure;
   *     cancelling it gives the request up
   */
  CompletableFuture<List<TaggedText>> tag(List<String> texts, Aggregation aggregation);

  /**
   * Tells what the model is.
   *
   * @return completes with the model and its limits
   */
  CompletableFuture<ModelInfo> model();

  /** Waits for the requests in flight, and gives back what it holds. */
  @Override
  void close();
}
