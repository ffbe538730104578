package io.ganglion.client;

import io.ganglion.api.Aggregation;
import io.ganglion.api.Classification;
import io.ganglion.api.Embedding;
import io.ganglion.api.GanglionException;
import io.ganglion.api.ModelInfo;
import io.ganglion.api.Ranking;
import io.ganglion.api.TaggedText;
import io.ganglion.api.TextPair;
import io.ganglion.api.Waiting;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * The calls of a {@link GanglionClient} for threads that may wait, such as virtual threads.
 * Failures are thrown as they are, without a wrapper. An interrupt cancels the call, keeps the
 * thread's interrupt flag and throws {@link GanglionException.Unavailable}. Thread-safe.
 *
 * <pre>{@code
 * try {
 *   Classification c = client.blocking().classify("It rained.", "It was wet.");
 * } catch (GanglionException.Overloaded e) {
 *   shedLoad();
 * }
 * }</pre>
 */
public final class BlockingClient {
  private final GanglionClient client;

  BlockingClient(GanglionClient client) {
    this.client = client;
  }

  /**
   * Classifies a pair of texts with the default deadline.
   *
   * @param textA the first text, not empty
   * @param textB the second text, not empty
   * @return the answer
   * @throws GanglionException if there is none
   */
  public Classification classify(String textA, String textB) {
    return Waiting.await(client.classify(textA, textB));
  }

  /**
   * Classifies a text or a pair with the default deadline.
   *
   * @param pair what to classify
   * @return the answer
   * @throws GanglionException if there is none
   */
  public Classification classify(TextPair pair) {
    return Waiting.await(client.classify(pair));
  }

  /**
   * Classifies a text or a pair.
   *
   * @param pair what to classify
   * @param deadline how long the answer may take, retries included
   * @return the answer
   * @throws GanglionException if there is none
   */
  public Classification classify(TextPair pair, Duration deadline) {
    return Waiting.await(client.classify(pair, deadline));
  }

  /**
   * Classifies a text or a pair and names the best labels; see {@link GanglionClient#classify}.
   *
   * @param pair what to classify
   * @param topK how many scores the answer shall have, at most
   * @return the answer
   * @throws GanglionException if there is none
   */
  public Classification classify(TextPair pair, int topK) {
    return Waiting.await(client.classify(pair, topK));
  }

  /**
   * Sorts documents by their score for a query; see {@link GanglionClient#rerank}.
   *
   * @param query what is looked for, not empty
   * @param documents where it may be found
   * @return the documents' indices, best first
   * @throws GanglionException if there is no answer
   */
  public Ranking rerank(String query, List<String> documents) {
    return Waiting.await(client.rerank(query, documents));
  }

  /**
   * Turns texts into vectors; see {@link GanglionClient#embed}.
   *
   * @param texts any number, none empty
   * @return a vector for each text, in their order
   * @throws GanglionException if one has none
   */
  public List<Embedding> embed(List<String> texts) {
    return Waiting.await(client.embed(texts));
  }

  /**
   * Finds the entities of a text; see {@link GanglionClient#tag}.
   *
   * @param text not empty
   * @return its entities
   * @throws GanglionException if there is no answer
   */
  public TaggedText tag(String text) {
    return Waiting.await(client.tag(text));
  }

  /**
   * Finds the entities of texts; see {@link GanglionClient#tag}.
   *
   * @param texts any number, none empty
   * @param aggregation how tokens become entities
   * @return the entities of each text, in their order
   * @throws GanglionException if one has none
   */
  public List<TaggedText> tag(List<String> texts, Aggregation aggregation) {
    return Waiting.await(client.tag(texts, aggregation));
  }

  /**
   * Classifies many pairs; see {@link GanglionClient#classifyAll}.
   *
   * @param pairs what to classify
   * @return one outcome for each pair, in their order
   * @throws GanglionException if the client is closed
   */
  public List<Outcome> classifyAll(Collection<TextPair> pairs) {
    return Waiting.await(client.classifyAll(pairs));
  }

  /**
   * Asks a server what it serves.
   *
   * @return the model and the server's limits
   * @throws GanglionException if there is no answer
   */
  public ModelInfo model() {
    return Waiting.await(client.model());
  }
}
