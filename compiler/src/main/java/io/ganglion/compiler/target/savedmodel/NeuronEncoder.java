package io.ganglion.compiler.target.savedmodel;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import io.ganglion.runtime.artifact.ModelDimensions;
import io.ganglion.runtime.artifact.ModelManifest;
import io.ganglion.runtime.artifact.WeightSchema;
import io.ganglion.runtime.artifact.WeightSchema.Dense;
import java.util.Map;
import java.util.Objects;

/** The encoder of a {@link NeuronGraph}. */
final class NeuronEncoder {
  private final ModelManifest manifest;
  private final ModelDimensions dimensions;
  private final GraphBuilder graph;
  private final GraphOps ops;
  private final Map<String, TensorRef> weights;

  NeuronEncoder(
      ModelManifest manifest, GraphBuilder graph, GraphOps ops, Map<String, TensorRef> weights) {
    this.manifest = manifest;
    this.dimensions = manifest.dimensions();
    this.graph = graph;
    this.ops = ops;
    this.weights = weights;
  }

  /** From [batch, sequence, hidden] to the same. */
  TensorRef add(TensorRef embedded, TensorRef mask) {
    int length = manifest.sequenceLength();
    int hidden = dimensions.hiddenSize();
    TensorRef rows =
        ops.flatten(NeuronGraph.CORE + "rows", ElementType.FLOAT, embedded, -1, hidden);
    for (int layer = 0; layer < dimensions.layers(); layer++) {
      rows = layer(layer, rows, mask);
    }
    return ops.flatten(NeuronGraph.CORE + "sequences", ElementType.FLOAT, rows, -1, length, hidden);
  }

  private TensorRef layer(int layer, TensorRef input, TensorRef mask) {
    String scope = NeuronGraph.CORE + "encoder." + layer + "/";
    TensorRef context = attention(scope + "attention/", layer, input, mask);
    TensorRef projected = dense(Dense.ATTENTION_OUTPUT.name(layer), context);
    TensorRef attended =
        norm(
            WeightSchema.attentionLayerNorm(layer),
            graph.real(scope + "attention/residual", "AddV2", projected, input));
    TensorRef wide = gelu(scope + "gelu/", dense(Dense.INTERMEDIATE.name(layer), attended));
    TensorRef narrow = dense(Dense.OUTPUT.name(layer), wide);
    return norm(
        WeightSchema.outputLayerNorm(layer),
        graph.real(scope + "residual", "AddV2", narrow, attended));
  }

  private TensorRef attention(String scope, int layer, TensorRef input, TensorRef mask) {
    TensorRef qkv = dense(Dense.QKV.name(layer), input);
    TensorRef split =
        graph.op(
            scope + "split",
            "Split",
            GraphBuilder.attributes(
                "T", Attribute.type(ElementType.FLOAT), "num_split", new Attribute.Int(3)),
            graph.constant(scope + "split/axis", TensorValue.scalar(1)),
            qkv);
    TensorRef query = heads(scope + "query", split);
    TensorRef key = heads(scope + "key", new TensorRef(split.node(), 1));
    TensorRef value = heads(scope + "value", new TensorRef(split.node(), 2));
    TensorRef scores = ops.batchMatMul(scope + "scores", query, key, true);
    TensorRef masked = graph.real(scope + "masked", "AddV2", scores, mask);
    TensorRef shares = graph.real(scope + "softmax", "Softmax", masked);
    TensorRef context = ops.batchMatMul(scope + "context", shares, value, false);
    TensorRef back = ops.transpose(scope + "transpose", context, 0, 2, 1, 3);
    return ops.flatten(scope + "rows", ElementType.FLOAT, back, -1, dimensions.hiddenSize());
  }

  private TensorRef heads(String name, TensorRef value) {
    TensorRef split =
        ops.flatten(
            name,
            ElementType.FLOAT,
            value,
            -1,
            manifest.sequenceLength(),
            dimensions.heads(),
            dimensions.headSize());
    return ops.transpose(name + "/transpose", split, 0, 2, 1, 3);
  }

  private TensorRef gelu(String scope, TensorRef x) {
    return switch (manifest.gelu()) {
      case ERF -> ops.geluErf(scope, x);
      case TANH -> ops.geluTanh(scope, x);
      case SIGMOID -> {
        TensorRef scaled = ops.scalarSecond(scope + "mul", "Mul", x, 1.702f);
        yield graph.real(
            scope + "mul_1", "Mul", x, graph.real(scope + "Sigmoid", "Sigmoid", scaled));
      }
    };
  }

  private TensorRef dense(String name, TensorRef input) {
    return ops.dense(
        NeuronGraph.CORE + name, input, weight(name + ".weight"), weight(name + ".bias"));
  }

  private TensorRef norm(String name, TensorRef value) {
    return ops.layerNorm(
        NeuronGraph.CORE + name,
        value,
        2,
        weight(name + ".gamma"),
        weight(name + ".beta"),
        manifest.layerNormEpsilon());
  }

  private TensorRef weight(String name) {
    return Objects.requireNonNull(weights.get(name), name);
  }
}
