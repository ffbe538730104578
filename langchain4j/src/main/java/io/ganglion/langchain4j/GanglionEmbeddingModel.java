package io.ganglion.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.DimensionAwareEmbeddingModel;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import io.ganglion.api.TextModel;
import io.ganglion.api.Waiting;
import java.util.List;

/**
 * Turns texts into vectors, wherever LangChain4j wants an {@code EmbeddingModel}. All texts of a
 * call share batches. Does not own the model: whoever opened it closes it. Thread-safe.
 *
 * <pre>{@code
 * EmbeddingModel embeddings = new GanglionEmbeddingModel(client);
 * store.addAll(embeddings.embedAll(segments).content(), segments);
 * }</pre>
 */
public final class GanglionEmbeddingModel extends DimensionAwareEmbeddingModel {
  private final TextModel model;
  private final int cut;

  /**
   * Embeds with this model.
   *
   * @param model a client or an engine whose model gives vectors
   */
  public GanglionEmbeddingModel(TextModel model) {
    this(model, 0);
  }

  /**
   * Embeds with this model, in fewer dimensions.
   *
   * @param model a client or an engine whose model gives vectors
   * @param dimensions number of values, at most that of the model; 0 for that
   */
  public GanglionEmbeddingModel(TextModel model, int dimensions) {
    this.model = model;
    this.cut = dimensions;
  }

  /**
   * Embeds texts.
   *
   * @param segments any number, none empty
   * @return a vector for each text, in their order
   * @throws io.ganglion.api.GanglionException if one of them has none
   */
  @Override
  public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
    List<io.ganglion.api.Embedding> vectors =
        Waiting.await(model.embed(segments.stream().map(TextSegment::text).toList(), cut));
    int tokens = vectors.stream().mapToInt(io.ganglion.api.Embedding::inputTokens).sum();
    return Response.from(
        vectors.stream().map(vector -> Embedding.from(vector.values())).toList(),
        new TokenUsage(tokens));
  }

  @Override
  protected Integer knownDimension() {
    return cut > 0 ? cut : Waiting.await(model.model()).task().embeddingDimensions();
  }
}
