package io.ganglion.compiler.model;

import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A BERT encoder with the head of its task.
 *
 * @param dimensions sizes of the encoder
 * @param task what it answers
 * @param activation between the two dense layers at the end of an encoder layer
 * @param layerNormEpsilon added to the variance, the same in all layer norms
 * @param words [vocabulary, embedding size]
 * @param positions [positions, embedding size]; the first row is the first token's
 * @param segments [segments, embedding size]
 * @param embeddingsNorm layer norm of the sum of the embeddings
 * @param projection dense layer from the embeddings to the encoder; null if these are as wide
 * @param layers encoder layers, first to last
 * @param head dense layers after the encoder, such as BERT's pooler; may be empty for an embedding
 */
public record BertModel(
    ModelDimensions dimensions,
    Task task,
    Activation activation,
    float layerNormEpsilon,
    Weight words,
    Weight positions,
    Weight segments,
    LayerNorm embeddingsNorm,
    @Nullable Dense projection,
    List<EncoderLayer> layers,
    List<HeadDense> head) {
  public BertModel {
    layers = List.copyOf(layers);
    head = List.copyOf(head);
    if (dimensions.projectsEmbeddings() != (projection != null)) {
      throw new IllegalArgumentException(
          "Embeddings of %d columns before an encoder of %d: a projection is there or missing."
              .formatted(dimensions.embeddingSize(), dimensions.hiddenSize()));
    }
  }

  /** The same model with another task. */
  public BertModel with(Task other) {
    return new BertModel(
        dimensions,
        other,
        activation,
        layerNormEpsilon,
        words,
        positions,
        segments,
        embeddingsNorm,
        projection,
        layers,
        head);
  }

  /** Columns of the head's result: the number of labels, or the size of an embedding. */
  public int outputWidth() {
    return head.isEmpty() ? dimensions.hiddenSize() : head.get(head.size() - 1).dense().outputs();
  }

  /** The head's layers as manifests have them. */
  public List<HeadLayer> headLayers() {
    return head.stream()
        .map(
            layer ->
                new HeadLayer(
                    layer.name(),
                    layer.dense().inputs(),
                    layer.dense().outputs(),
                    layer.activation()))
        .toList();
  }

  /** Number of all weights. */
  public long parameters() {
    long hidden = dimensions.hiddenSize();
    long inner = dimensions.intermediateSize();
    long layer = 4 * hidden * (hidden + 1) + 2 * hidden * inner + hidden + inner + 4 * hidden;
    long tables =
        dimensions.embeddingSize()
            * ((long) dimensions.vocabularySize()
                + dimensions.maxPositions()
                + dimensions.segments()
                + 2);
    long others = projection == null ? 0 : parameters(projection);
    for (HeadDense part : head) {
      others += parameters(part.dense());
    }
    return tables + dimensions.layers() * layer + others;
  }

  private static long parameters(Dense dense) {
    return (dense.inputs() + 1L) * dense.outputs();
  }
}
