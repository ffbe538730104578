package io.ganglion.compiler.sample;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import io.ganglion.compiler.sample.EmbeddingsGraph.Declare;
import io.ganglion.runtime.model.Gelu;
import io.ganglion.runtime.model.ModelDimensions;

/** The encoder layers of {@link BertGraph}. */
final class EncoderGraph {
  private final SampleConfig config;
  private final ModelDimensions dimensions;
  private final GraphBuilder graph;
  private final GraphOps ops;
  private final Declare declare;

  EncoderGraph(SampleConfig config, GraphBuilder graph, GraphOps ops, Declare declare) {
    this.config = config;
    this.dimensions = config.dimensions();
    this.graph = graph;
    this.ops = ops;
    this.declare = declare;
  }

  /** Gives the last layer's output [batch, sequence, hidden]. */
  TensorRef add(String model, TensorRef embedded) {
    String scope = model + "/encoder/";
    int hidden = dimensions.hiddenSize();
    TensorRef mask = addMask(scope);
    TensorRef batch = ops.batch(scope, "_2", embedded, ElementType.FLOAT);
    TensorRef matrix = ops.flatten(scope + "Reshape_1", ElementType.FLOAT, embedded, -1, hidden);
    TensorRef output = embedded;
    for (int layer = 0; layer < dimensions.layers(); layer++) {
      matrix = addLayer(scope + "layer_" + layer + "/", matrix, mask, batch);
      output =
          ops.reshape(
              scope + "Reshape_" + (layer + 2),
              ElementType.FLOAT,
              matrix,
              batch,
              config.sequenceLength(),
              hidden);
    }
    return output;
  }

  /** The mask [batch, sequence, sequence] of ones and zeros. */
  private TensorRef addMask(String scope) {
    int length = config.sequenceLength();
    TensorRef from = ops.batch(scope, "", TensorRef.of("input_ids_1"), ElementType.INT32);
    TensorRef to = TensorRef.of("input_mask_1");
    TensorRef batch = ops.batch(scope, "_1", to, ElementType.INT32);
    TensorRef shaped = ops.reshape(scope + "Reshape", ElementType.INT32, to, batch, 1, length);
    TensorRef cast =
        graph.op(
            scope + "Cast",
            "Cast",
            GraphBuilder.attributes(
                "SrcT", Attribute.type(ElementType.INT32),
                "DstT", Attribute.type(ElementType.FLOAT),
                "Truncate", new Attribute.Flag(false)),
            shaped);
    TensorRef sizes =
        graph.op(
            scope + "ones/packed",
            "Pack",
            GraphBuilder.attributes(
                "N", new Attribute.Int(3),
                "T", Attribute.type(ElementType.INT32),
                "axis", new Attribute.Int(0)),
            from,
            graph.constant(scope + "ones/packed/1", TensorValue.scalar(length)),
            graph.constant(scope + "ones/packed/2", TensorValue.scalar(1)));
    TensorRef one = graph.constant(scope + "ones/Const", TensorValue.scalar(1f));
    TensorRef ones =
        graph.op(
            scope + "ones",
            "Fill",
            GraphBuilder.attributes(
                "T", Attribute.type(ElementType.FLOAT),
                "index_type", Attribute.type(ElementType.INT32)),
            sizes,
            one);
    return graph.real(scope + "mul", "Mul", ones, cast);
  }

  private TensorRef addLayer(String scope, TensorRef input, TensorRef mask, TensorRef batch) {
    int hidden = dimensions.hiddenSize();
    int intermediate = dimensions.intermediateSize();
    String attention = scope + "attention/output/";
    TensorRef context = addAttention(scope + "attention/self/", input, mask, batch);
    TensorRef projected = dense(attention + "dense", context, hidden, hidden);
    TensorRef attended =
        layerNorm(attention, graph.real(attention + "add", "AddV2", projected, input));
    String inner = scope + "intermediate/dense";
    TensorRef wide = gelu(inner + "/", dense(inner, attended, hidden, intermediate));
    TensorRef narrow = dense(scope + "output/dense", wide, intermediate, hidden);
    TensorRef sum = graph.real(scope + "output/add", "AddV2", narrow, attended);
    return layerNorm(scope + "output/", sum);
  }

  private TensorRef dense(String name, TensorRef input, int inputs, int outputs) {
    TensorRef kernel = declare.variable(name + "/kernel", inputs, outputs);
    TensorRef bias = declare.variable(name + "/bias", outputs);
    return ops.dense(name, input, kernel, bias);
  }

  private TensorRef layerNorm(String scope, TensorRef value) {
    int hidden = dimensions.hiddenSize();
    TensorRef beta = declare.variable(scope + "LayerNorm/beta", hidden);
    TensorRef gamma = declare.variable(scope + "LayerNorm/gamma", hidden);
    return ops.layerNorm(
        scope + "LayerNorm", value, 2, gamma, beta, SampleConfig.LAYER_NORM_EPSILON);
  }

  private TensorRef addAttention(String scope, TensorRef input, TensorRef mask, TensorRef batch) {
    int hidden = dimensions.hiddenSize();
    TensorRef query = dense(scope + "query", input, hidden, hidden);
    TensorRef key = dense(scope + "key", input, hidden, hidden);
    TensorRef value = dense(scope + "value", input, hidden, hidden);
    TensorRef queries = heads(scope, "", query, batch);
    TensorRef keys = heads(scope, "_1", key, batch);
    TensorRef scores = ops.batchMatMul(scope + "MatMul", queries, keys, true);
    float scale = (float) (1 / Math.sqrt(dimensions.headSize()));
    TensorRef scaled = ops.scalarSecond(scope + "Mul", "Mul", scores, scale);
    TensorRef axis = graph.constant(scope + "ExpandDims/dim", TensorValue.vector(1));
    TensorRef wideMask = ops.expandDims(scope + "ExpandDims", ElementType.FLOAT, mask, axis);
    TensorRef inverted = ops.scalarFirst(scope + "sub", "Sub", 1f, wideMask);
    TensorRef bias = ops.scalarSecond(scope + "mul_1", "Mul", inverted, -10000f);
    TensorRef masked = graph.real(scope + "add", "AddV2", scaled, bias);
    TensorRef weights = graph.real(scope + "Softmax", "Softmax", masked);
    TensorRef values = heads(scope, "_2", value, batch);
    TensorRef context = ops.batchMatMul(scope + "MatMul_1", weights, values, false);
    TensorRef back = ops.transpose(scope + "transpose_3", context, 0, 2, 1, 3);
    return flattenHeads(scope, back, batch);
  }

  /** [batch x sequence, hidden] to [batch, heads, sequence, head size]. */
  private TensorRef heads(String scope, String suffix, TensorRef value, TensorRef batch) {
    TensorRef shaped =
        ops.reshape(
            scope + "Reshape" + suffix,
            ElementType.FLOAT,
            value,
            batch,
            config.sequenceLength(),
            dimensions.heads(),
            dimensions.headSize());
    return ops.transpose(scope + "transpose" + suffix, shaped, 0, 2, 1, 3);
  }

  private TensorRef flattenHeads(String scope, TensorRef value, TensorRef batch) {
    TensorRef rows =
        graph.op(
            scope + "mul_2",
            "Mul",
            ElementType.INT32,
            batch,
            graph.constant(scope + "mul_2/y", TensorValue.scalar(config.sequenceLength())));
    return ops.reshape(
        scope + "Reshape_3", ElementType.FLOAT, value, rows, dimensions.hiddenSize());
  }

  private TensorRef gelu(String scope, TensorRef x) {
    return config.gelu() == Gelu.ERF ? ops.geluErf(scope, x) : ops.geluTanh(scope, x);
  }
}
