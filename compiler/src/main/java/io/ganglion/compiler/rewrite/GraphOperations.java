package io.ganglion.compiler.rewrite;

import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import io.ganglion.compiler.model.Operations;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.WeightSchema;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Builds the forward pass from TensorFlow's operators like BERT's own modelling code, with the same
 * names: scores are scaled after their product, and each layer computes its bias from a mask of
 * ones and zeros [batch, length, length]. Not thread-safe.
 */
public abstract class GraphOperations implements Operations<TensorRef> {
  /** Added to the scores of padding. */
  private static final float MASKED = -10000f;

  protected final GraphBuilder graph;
  protected final GraphOps ops;
  private final ModelDimensions dimensions;
  private final float epsilon;
  private final String encoder;
  private final Map<String, String> names = new HashMap<>();
  private final Map<String, Integer> taken = new HashMap<>();
  private String scope;
  private String lastDense = "";

  /**
   * @param model the scope around everything, such as bert
   * @param head dense layers on the first token, which may include the pooler
   */
  protected GraphOperations(
      GraphBuilder graph,
      String model,
      ModelDimensions dimensions,
      float epsilon,
      List<HeadLayer> head) {
    this.graph = graph;
    this.ops = new GraphOps(graph);
    this.dimensions = dimensions;
    this.epsilon = epsilon;
    this.encoder = model + "/encoder/";
    this.scope = model + "/embeddings/";
    names.put(WeightSchema.EMBEDDINGS_LAYER_NORM, scope + "LayerNorm");
    for (HeadLayer layer : head) {
      names.put(layer.name(), Units.head(model, layer.name()));
    }
    for (int i = 0; i < dimensions.layers(); i++) {
      String layer = Units.layer(encoder, i);
      names.put(WeightSchema.Dense.ATTENTION_OUTPUT.name(i), layer + "attention/output/dense");
      names.put(WeightSchema.attentionLayerNorm(i), layer + "attention/output/LayerNorm");
      names.put(WeightSchema.Dense.INTERMEDIATE.name(i), layer + "intermediate/dense");
      names.put(WeightSchema.Dense.OUTPUT.name(i), layer + "output/dense");
      names.put(WeightSchema.outputLayerNorm(i), layer + "output/LayerNorm");
    }
  }

  /** The weight with this name. */
  protected abstract TensorRef variable(String name, Integer... sizes);

  /** The factor of a layer's scores. */
  protected abstract float queryScale(int layer);

  /** Reshapes [tokens, hidden] to [batch, length, heads, head size]. */
  protected abstract TensorRef splitHeads(TensorRef rows);

  /** The reverse of {@link #splitHeads}. */
  protected abstract TensorRef joinHeads(TensorRef value);

  /**
   * A new name in this scope, by TensorFlow's rule: a name that is taken, in any letter case, gets
   * a number.
   */
  protected final String unique(String name) {
    String whole = scope + name;
    int before = taken.merge(whole.toLowerCase(Locale.ROOT), 1, Integer::sum) - 1;
    return before == 0 ? whole : whole + "_" + before;
  }

  @Override
  public Projections<TensorRef> projections(TensorRef x, int layer) {
    int hidden = dimensions.hiddenSize();
    String self = Units.layer(encoder, layer) + "attention/self/";
    Map<Part, TensorRef> all = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      all.put(part, dense(self + part.name().toLowerCase(Locale.ROOT), x, hidden, hidden));
    }
    return part -> {
      TensorRef split = splitHeads(Objects.requireNonNull(all.get(part)));
      return ops.transpose(unique("transpose"), split, 0, 2, 1, 3);
    };
  }

  @Override
  public TensorRef scores(TensorRef query, TensorRef key, int layer) {
    TensorRef product = ops.batchMatMul(unique("MatMul"), query, key, true);
    return ops.scalarSecond(unique("Mul"), "Mul", product, queryScale(layer));
  }

  @Override
  public TensorRef addMask(TensorRef scores, TensorRef mask) {
    String name = unique("ExpandDims");
    TensorRef axis = graph.constant(name + "/dim", TensorValue.vector(1));
    TensorRef wide = ops.expandDims(name, ElementType.FLOAT, mask, axis);
    TensorRef inverted = ops.scalarFirst(unique("sub"), "Sub", 1f, wide);
    TensorRef bias = ops.scalarSecond(unique("mul"), "Mul", inverted, MASKED);
    return add(scores, bias);
  }

  @Override
  public TensorRef softmax(TensorRef scores) {
    return graph.real(unique("Softmax"), "Softmax", scores);
  }

  @Override
  public TensorRef context(TensorRef shares, TensorRef values) {
    TensorRef product = ops.batchMatMul(unique("MatMul"), shares, values, false);
    return joinHeads(ops.transpose(unique("transpose"), product, 0, 2, 1, 3));
  }

  @Override
  public TensorRef dense(TensorRef x, WeightSchema.Dense dense, int layer) {
    String name = name(dense.name(layer));
    return dense(name, x, dense.inputs(dimensions), dense.outputs(dimensions));
  }

  @Override
  public TensorRef dense(TensorRef x, HeadLayer layer) {
    return dense(name(layer.name()), x, layer.inputs(), layer.outputs());
  }

  private TensorRef dense(String name, TensorRef x, int inputs, int outputs) {
    scope = name.substring(0, name.lastIndexOf('/') + 1);
    lastDense = name + "/";
    TensorRef kernel = variable(name + "/kernel", inputs, outputs);
    return ops.dense(name, x, kernel, variable(name + "/bias", outputs));
  }

  @Override
  public TensorRef add(TensorRef a, TensorRef b) {
    return graph.real(unique("add"), "AddV2", a, b);
  }

  @Override
  public TensorRef layerNorm(TensorRef x, String schemaName) {
    String name = name(schemaName);
    TensorRef beta = variable(name + "/beta", dimensions.hiddenSize());
    TensorRef gamma = variable(name + "/gamma", dimensions.hiddenSize());
    // Embeddings are still [batch, length, hidden].
    int rank = schemaName.equals(WeightSchema.EMBEDDINGS_LAYER_NORM) ? 3 : 2;
    return ops.layerNorm(name, x, rank, gamma, beta, epsilon);
  }

  @Override
  public TensorRef activate(TensorRef x, Activation activation) {
    return switch (activation) {
      case NONE -> x;
      case TANH -> graph.real(lastDense + "Tanh", "Tanh", x);
      case RELU -> graph.real(lastDense + "Relu", "Relu", x);
      case SIGMOID -> graph.real(lastDense + "Sigmoid", "Sigmoid", x);
      case SILU -> ops.silu(lastDense, x);
      case GELU_ERF -> ops.geluErf(lastDense, x);
      case GELU_TANH -> ops.geluTanh(lastDense, x);
      case GELU_SIGMOID -> ops.geluSigmoid(lastDense, x);
    };
  }

  private String name(String schemaName) {
    String name = names.get(schemaName);
    if (name == null) {
      throw new IllegalArgumentException("BERT's code has no name for " + schemaName + ".");
    }
    return name;
  }
}
