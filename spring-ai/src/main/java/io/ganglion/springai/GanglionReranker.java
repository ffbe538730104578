package io.ganglion.springai;

import io.ganglion.api.Ranking;
import io.ganglion.api.TextModel;
import io.ganglion.api.Waiting;
import java.util.ArrayList;
import java.util.List;
import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;
import org.springframework.ai.rag.postretrieval.document.DocumentPostProcessor;

/**
 * Sorts retrieved documents by a cross-encoder's score for the query, and keeps the best: for the
 * {@code documentPostProcessors} of a {@code RetrievalAugmentationAdvisor}. The documents it
 * returns have the score. Does not own the model: whoever opened it closes it. Thread-safe.
 *
 * <pre>{@code
 * RetrievalAugmentationAdvisor.builder()
 *     .documentRetriever(retriever) // 100 documents, quickly
 *     .documentPostProcessors(new GanglionReranker(engine, 5)) // the best 5 of them
 *     .build();
 * }</pre>
 */
public final class GanglionReranker implements DocumentPostProcessor {
  private final TextModel model;
  private final int most;

  /**
   * Sorts with this model.
   *
   * @param model a client or an engine whose model gives one score to a pair of texts
   * @param most how many documents to keep, at least 1
   */
  public GanglionReranker(TextModel model, int most) {
    if (most < 1) {
      throw new IllegalArgumentException("At least one document must be kept: " + most);
    }
    this.model = model;
    this.most = most;
  }

  /**
   * Sorts documents.
   *
   * @param query what is looked for
   * @param documents any number; those without a text are left out
   * @return the best, by falling score
   * @throws io.ganglion.api.GanglionException if a document with a text has no score
   */
  @Override
  public List<Document> process(Query query, List<Document> documents) {
    List<Document> texts = new ArrayList<>();
    List<String> passages = new ArrayList<>();
    for (Document document : documents) {
      String text = document.getText();
      if (text != null && !text.isBlank()) {
        texts.add(document);
        passages.add(text);
      }
    }
    Ranking ranking = Waiting.await(model.rerank(query.text(), passages));
    if (!ranking.failures().isEmpty()) {
      throw ranking.failures().get(0).failure();
    }
    return ranking.documents().stream()
        .limit(most)
        .map(best -> texts.get(best.index()).mutate().score((double) best.score()).build())
        .toList();
  }
}
