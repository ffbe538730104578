package io.ganglion.client;

import io.ganglion.api.Aggregation;
import io.ganglion.api.Classification;
import io.ganglion.api.Embedding;
import io.ganglion.api.ModelInfo;
import io.ganglion.api.Ranking;
import io.ganglion.api.TaggedText;
import io.ganglion.api.TextModel;
import io.ganglion.api.TextPair;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Asks Ganglion servers about texts. Calls without a deadline have the default one, and many texts
 * are sent in several calls, a few at a time. For tests, {@code ganglion-client-testing} has a fake
 * server in memory. Thread-safe; one client serves a whole application. A request may run more than
 * once on the servers (retries, hedges). Its future completes once, and by its deadline, even if a
 * server sends garbage or nothing.
 *
 * <pre>{@code
 * try (GanglionClient client = GanglionClient.builder().target("localhost:60061").build()) {
 *   Classification c = client.classify("It rained.", "It was wet.").join();
 *   System.out.println(c.label() + " " + c.probability());
 * }
 * }</pre>
 */
public interface GanglionClient extends TextModel {
  /**
   * Settings of a new client.
   *
   * @return a builder that needs a target or a channel
   */
  static GanglionClientBuilder builder() {
    return new GanglionClientBuilder();
  }

  /**
   * Classifies a text or a pair.
   *
   * @param pair what to classify
   * @param deadline how long the answer may take, retries included; at most ten years
   * @return completes with the answer; cancelling it cancels the call
   */
  CompletableFuture<Classification> classify(TextPair pair, Duration deadline);

  /**
   * Sorts documents by their score for a query.
   *
   * @param query what is looked for, not empty
   * @param documents where it may be found, any number
   * @param deadline how long the answer may take, retries included; at most ten years
   * @return completes with the documents' indices, best first; cancelling it cancels the calls
   */
  CompletableFuture<Ranking> rerank(String query, List<String> documents, Duration deadline);

  /**
   * Turns texts into vectors.
   *
   * @param texts any number, none empty
   * @param deadline how long the answer may take, retries included; at most ten years
   * @return completes with a vector for each text, in their order, or with the first failure;
   *     cancelling it cancels the calls
   */
  CompletableFuture<List<Embedding>> embed(List<String> texts, Duration deadline);

  /**
   * Finds the entities of texts.
   *
   * @param texts any number, none empty
   * @param aggregation how tokens become entities
   * @param deadline how long the answer may take, retries included; at most ten years
   * @return completes with the entities of each text, in their order, or with the first failure;
   *     cancelling it cancels the calls
   */
  CompletableFuture<List<TaggedText>> tag(
      List<String> texts, Aggregation aggregation, Duration deadline);

  /**
   * Classifies many pairs over their own stream, with the default bound on items in flight. A pair
   * that fails does not disturb the others. To act on each outcome as it comes, use {@link
   * #openStream()}.
   *
   * @param pairs what to classify
   * @return completes with one outcome for each pair, in their order, when the last one is there;
   *     cancelling it cancels all
   */
  CompletableFuture<List<Outcome>> classifyAll(Collection<TextPair> pairs);

  /**
   * Opens a stream whose futures complete as the answers come.
   *
   * @return a stream with the default bound on items in flight
   */
  ClassificationStream openStream();

  /**
   * Opens a stream whose futures complete as the answers come.
   *
   * @param maxInFlight most items without an answer, at least 1
   * @return a new stream; it connects with its first item
   */
  ClassificationStream openStream(int maxInFlight);

  /**
   * Opens a stream whose futures complete in the order of sending, one after the other. An item
   * that waits for an earlier one keeps its place in flight.
   *
   * @param maxInFlight most items without an answer, at least 1
   * @return a new stream; it connects with its first item
   */
  ClassificationStream openOrderedStream(int maxInFlight);

  /**
   * Asks a server what it serves, with the default deadline. It is not retried.
   *
   * @return completes with the model and the server's limits
   */
  @Override
  CompletableFuture<ModelInfo> model();

  /**
   * The same calls for threads that may wait.
   *
   * @return a view of this client; closing it is not needed
   */
  default BlockingClient blocking() {
    return new BlockingClient(this);
  }

  /**
   * Refuses new calls and stream items at once. Then waits for the outcome of the requests in
   * flight and for the continuations attached to their futures, and closes the connections that
   * this client opened. An interrupt cancels the requests that are left.
   *
   * <p>It waits no longer than the last deadline, on any thread. A continuation of one of this
   * client's futures may call it. It then does not wait for that future, but holds the executor's
   * thread until the others have their outcome.
   */
  @Override
  void close();

  /** Cancels the requests in flight and closes the connections that this client opened. */
  void closeNow();
}
