package io.ganglion.compiler.model;

import io.ganglion.runtime.model.Gelu;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.OutputActivation;
import java.util.ArrayList;
import java.util.List;

/**
 * A BERT classifier.
 *
 * @param dimensions sizes of the encoder
 * @param gelu activation of the encoder
 * @param layerNormEpsilon added to the variance, the same in all layer norms
 * @param words [vocabulary, hidden]
 * @param positions [positions, hidden]
 * @param segments [segments, hidden]
 * @param embeddingsNorm layer norm of the sum of the embeddings
 * @param layers encoder layers, first to last
 * @param pooler dense layer on the first token, followed by tanh
 * @param head dense layers after the pooler, at least one
 * @param output turns the head's logits into the answer
 */
public record BertModel(
    ModelDimensions dimensions,
    Gelu gelu,
    float layerNormEpsilon,
    Weight words,
    Weight positions,
    Weight segments,
    LayerNorm embeddingsNorm,
    List<EncoderLayer> layers,
    Dense pooler,
    List<HeadDense> head,
    OutputActivation output) {
  public BertModel {
    layers = List.copyOf(layers);
    head = List.copyOf(head);
  }

  /** Number of logits. */
  public int labels() {
    return head.get(head.size() - 1).dense().outputs();
  }

  /** The head's layers as manifests name them. */
  public List<HeadLayer> headLayers() {
    List<HeadLayer> layers = new ArrayList<>();
    for (HeadDense part : head) {
      Dense dense = part.dense();
      String name = "head." + layers.size();
      layers.add(new HeadLayer(name, dense.inputs(), dense.outputs(), part.activation()));
    }
    return layers;
  }

  /** Number of all weights. */
  public long parameters() {
    long hidden = dimensions.hiddenSize();
    long inner = dimensions.intermediateSize();
    long layer = 4 * hidden * (hidden + 1) + 2 * hidden * inner + hidden + inner + 4 * hidden;
    long tables =
        hidden
            * ((long) dimensions.vocabularySize()
                + dimensions.maxPositions()
                + dimensions.segments()
                + 2);
    long heads =
        head.stream()
            .mapToLong(
                part ->
                    (long) part.dense().inputs() * part.dense().outputs() + part.dense().outputs())
            .sum();
    return tables + dimensions.layers() * layer + hidden * (hidden + 1) + heads;
  }
}
