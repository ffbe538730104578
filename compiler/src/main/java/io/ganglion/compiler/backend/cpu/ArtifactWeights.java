package io.ganglion.compiler.backend.cpu;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.Dense;
import io.ganglion.compiler.model.EncoderLayer;
import io.ganglion.compiler.model.HeadDense;
import io.ganglion.compiler.model.LayerNorm;
import io.ganglion.compiler.model.Weight;
import io.ganglion.runtime.model.WeightSchema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model's weights by the names of {@link WeightSchema}: query, key and value side by side, with
 * the scale of attention folded into the query. Each tensor is read on demand.
 */
public final class ArtifactWeights {
  private final Map<String, Weight> weights = new LinkedHashMap<>();

  private ArtifactWeights() {}

  public static ArtifactWeights of(BertModel model) {
    ArtifactWeights all = new ArtifactWeights();
    all.weights.put(WeightSchema.WORD_EMBEDDINGS, model.words());
    all.weights.put(WeightSchema.POSITION_EMBEDDINGS, model.positions());
    all.weights.put(WeightSchema.SEGMENT_EMBEDDINGS, model.segments());
    all.put(WeightSchema.EMBEDDINGS_LAYER_NORM, model.embeddingsNorm());
    if (model.projection() != null) {
      all.put(WeightSchema.EMBEDDINGS_PROJECTION, model.projection());
    }
    for (int i = 0; i < model.layers().size(); i++) {
      all.put(i, model.layers().get(i));
    }
    for (HeadDense layer : model.head()) {
      all.put(layer.name(), layer.dense());
    }
    return all;
  }

  /** The values of a tensor of the schema, in fp32. */
  public float[] read(String name) throws CompileException {
    Weight weight = weights.get(name);
    if (weight == null) {
      throw new IllegalArgumentException("There is no weight " + name + ".");
    }
    float[] values = weight.read();
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new CompileException(
            "The weight " + weight.name() + " holds a value that is not finite: " + value + ".");
      }
    }
    return values;
  }

  private void put(int index, EncoderLayer layer) {
    float scale = layer.queryScale();
    put(
        WeightSchema.Dense.QKV.name(index),
        new Dense(
            Weight.beside(
                "qkv",
                List.of(
                    layer.query().kernel().scaled(scale),
                    layer.key().kernel(),
                    layer.value().kernel())),
            Weight.beside(
                "qkv",
                List.of(
                    layer.query().bias().scaled(scale),
                    layer.key().bias(),
                    layer.value().bias()))));
    put(WeightSchema.Dense.ATTENTION_OUTPUT.name(index), layer.attentionOutput());
    put(WeightSchema.attentionLayerNorm(index), layer.attentionNorm());
    put(WeightSchema.Dense.INTERMEDIATE.name(index), layer.intermediate());
    put(WeightSchema.Dense.OUTPUT.name(index), layer.output());
    put(WeightSchema.outputLayerNorm(index), layer.outputNorm());
  }

  private void put(String name, Dense dense) {
    weights.put(name + ".weight", dense.kernel());
    weights.put(name + ".bias", dense.bias());
  }

  private void put(String name, LayerNorm norm) {
    weights.put(name + ".gamma", norm.gamma());
    weights.put(name + ".beta", norm.beta());
  }
}
