package io.ganglion.compiler.model;

import io.ganglion.compiler.model.Operations.Part;
import io.ganglion.compiler.model.Operations.Projections;
import io.ganglion.runtime.model.Gelu;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.model.WeightSchema.Dense;
import java.util.List;

/**
 * BERT's forward pass, written once for every form of program. It does not look up embeddings, pick
 * first tokens or make probabilities; each form does that in its own way. As thread-safe as its
 * operations.
 *
 * @param dimensions sizes of the encoder
 * @param gelu activation of the encoder
 * @param head dense layers after the pooler
 * @param ops implement each step
 * @param <T> a value of the program
 */
public record EncoderForward<T>(
    ModelDimensions dimensions, Gelu gelu, List<HeadLayer> head, Operations<T> ops) {
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
    T wide = ops.gelu(ops.dense(attended, Dense.INTERMEDIATE, layer), gelu);
    T narrow = ops.dense(wide, Dense.OUTPUT, layer);
    return ops.layerNorm(ops.add(narrow, attended), WeightSchema.outputLayerNorm(layer));
  }

  private T attention(T x, T mask, int layer) {
    Projections<T> all = ops.projections(x, layer);
    T scores = ops.scores(all.heads(Part.QUERY), all.heads(Part.KEY), layer);
    T shares = ops.softmax(ops.addMask(scores, mask));
    return ops.context(shares, all.heads(Part.VALUE));
  }

  /** The pooler's output for the first token of each text, [batch, hidden]. */
  public T pooled(T firstTokens) {
    int hidden = dimensions.hiddenSize();
    return layer(
        firstTokens, new HeadLayer(WeightSchema.POOLER, hidden, hidden, HeadLayer.Activation.TANH));
  }

  /** The output of pooler and head for the first token of each text, [batch, labels]. */
  public T logits(T firstTokens) {
    T y = pooled(firstTokens);
    for (HeadLayer layer : head) {
      y = layer(y, layer);
    }
    return y;
  }

  private T layer(T x, HeadLayer layer) {
    T y = ops.dense(x, layer);
    return switch (layer.activation()) {
      case NONE -> y;
      case TANH -> ops.tanh(y);
      case RELU -> ops.relu(y);
      case SIGMOID -> ops.sigmoid(y);
      case GELU_ERF -> ops.gelu(y, Gelu.ERF);
      case GELU_TANH -> ops.gelu(y, Gelu.TANH);
    };
  }
}
