package io.ganglion.compiler.model;

import io.ganglion.compiler.model.Operations.Part;
import io.ganglion.compiler.model.Operations.Projections;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.model.WeightSchema.Dense;
import java.util.List;

/**
 * BERT's forward pass, written once for every form of program. It does not look up or project
 * embeddings, pool tokens or make probabilities; a form does that in its own way. As thread-safe as
 * its operations.
 *
 * @param dimensions sizes of the encoder
 * @param activation activation of the encoder
 * @param head dense layers after the encoder
 * @param ops implement each step
 * @param <T> a value of the program
 */
public record EncoderForward<T>(
    ModelDimensions dimensions, Activation activation, List<HeadLayer> head, Operations<T> ops) {
  public EncoderForward {
    head = List.copyOf(head);
  }

  /** The encoder's input, from the three embeddings of each token. */
  public T embeddings(T words, T segments, T positions) {
    T sum = ops.add(ops.add(words, segments), positions);
    return ops.layerNorm(sum, WeightSchema.EMBEDDINGS_LAYER_NORM);
  }

  /** All layers, one after the other. */
  public T encoder(T x, T mask) {
    T y = x;
    for (int layer = 0; layer < dimensions.layers(); layer++) {
      y = layer(y, mask, layer);
    }
    return y;
  }

  /** One encoder layer. */
  public T layer(T x, T mask, int layer) {
    T projected = ops.dense(attention(x, mask, layer), Dense.ATTENTION_OUTPUT, layer);
    T attended = ops.layerNorm(ops.add(projected, x), WeightSchema.attentionLayerNorm(layer));
    T wide = ops.activate(ops.dense(attended, Dense.INTERMEDIATE, layer), activation);
    T narrow = ops.dense(wide, Dense.OUTPUT, layer);
    return ops.layerNorm(ops.add(narrow, attended), WeightSchema.outputLayerNorm(layer));
  }

  private T attention(T x, T mask, int layer) {
    Projections<T> all = ops.projections(x, layer);
    T scores = ops.scores(all.heads(Part.QUERY), all.heads(Part.KEY), layer);
    T shares = ops.softmax(ops.addMask(scores, mask));
    return ops.context(shares, all.heads(Part.VALUE));
  }

  /** The head's result for the rows that it reads, [rows, labels]. */
  public T outputs(T rows) {
    T y = rows;
    for (HeadLayer layer : head) {
      y = ops.activate(ops.dense(y, layer), layer.activation());
    }
    return y;
  }
}
