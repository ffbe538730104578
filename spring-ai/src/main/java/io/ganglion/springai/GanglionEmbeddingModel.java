package io.ganglion.springai;

import io.ganglion.api.TextModel;
import io.ganglion.api.Waiting;
import java.util.ArrayList;
import java.util.List;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.embedding.AbstractEmbeddingModel;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;

/**
 * Turns texts and documents into vectors, wherever Spring AI wants an {@code EmbeddingModel}, such
 * as a {@code VectorStore}. All texts of a call share batches. {@code dimensions} of the options
 * asks for shorter vectors. Does not own the model: whoever opened it closes it. Thread-safe.
 *
 * <pre>{@code
 * EmbeddingModel embeddings = new GanglionEmbeddingModel(client);
 * VectorStore store = SimpleVectorStore.builder(embeddings).build();
 * }</pre>
 */
public final class GanglionEmbeddingModel extends AbstractEmbeddingModel {
  private final TextModel model;

  /**
   * Embeds with this model.
   *
   * @param model a client or an engine whose model gives vectors
   */
  public GanglionEmbeddingModel(TextModel model) {
    this.model = model;
  }

  /**
   * Embeds texts.
   *
   * @param request any number of texts, none empty
   * @return a vector for each text, in their order
   * @throws io.ganglion.api.GanglionException if one of them has none
   */
  @Override
  public EmbeddingResponse call(EmbeddingRequest request) {
    EmbeddingOptions options = request.getOptions();
    Integer dimensions = options == null ? null : options.getDimensions();
    List<io.ganglion.api.Embedding> vectors =
        Waiting.await(model.embed(request.getInstructions(), dimensions == null ? 0 : dimensions));
    List<Embedding> embeddings = new ArrayList<>(vectors.size());
    int tokens = 0;
    for (io.ganglion.api.Embedding vector : vectors) {
      embeddings.add(new Embedding(vector.values(), embeddings.size()));
      tokens += vector.inputTokens();
    }
    return new EmbeddingResponse(
        embeddings,
        new EmbeddingResponseMetadata(
            Waiting.await(model.model()).name(), new DefaultUsage(tokens, 0)));
  }

  @Override
  public float[] embed(Document document) {
    String text = document.getFormattedContent(MetadataMode.EMBED);
    return Waiting.await(model.embed(List.of(text))).get(0).values();
  }

  @Override
  public int dimensions() {
    return Waiting.await(model.model()).task().embeddingDimensions();
  }
}
