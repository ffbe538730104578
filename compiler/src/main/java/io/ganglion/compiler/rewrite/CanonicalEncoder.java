package io.ganglion.compiler.rewrite;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.EncoderLayer;

/** The encoder of a {@link CanonicalGraph}. */
final class CanonicalEncoder {
  /** Added to the scores of padding. */
  private static final float MASKED = -10000f;

  private final BertModel model;
  private final int length;
  private final CanonicalGraph canonical;
  private final GraphBuilder graph;
  private final GraphOps ops;

  CanonicalEncoder(
      BertModel model, int length, CanonicalGraph canonical, GraphBuilder graph, GraphOps ops) {
    this.model = model;
    this.length = length;
    this.canonical = canonical;
    this.graph = graph;
    this.ops = ops;
  }

  /** From [batch, length, hidden] to the same. */
  TensorRef add(TensorRef embedded) {
    String scope = Units.ENCODER;
    int hidden = model.dimensions().hiddenSize();
    TensorRef mask = mask(scope);
    TensorRef rows = ops.flatten(scope + "Reshape_1", ElementType.FLOAT, embedded, -1, hidden);
    for (int i = 0; i < model.layers().size(); i++) {
      rows = layer(Units.layer(i), rows, mask, model.layers().get(i));
    }
    return ops.flatten(scope + "Reshape_2", ElementType.FLOAT, rows, -1, length, hidden);
  }

  /** Ones and zeros [batch, length, length]. */
  private TensorRef mask(String scope) {
    TensorRef input = TensorRef.of(CanonicalGraph.INPUT_MASK);
    TensorRef rows = ops.flatten(scope + "Reshape", ElementType.INT32, input, -1, 1, length);
    TensorRef real = ops.cast(scope + "Cast", rows, ElementType.INT32, ElementType.FLOAT);
    TensorRef ones =
        graph.op(
            scope + "ones",
            "Fill",
            GraphBuilder.attributes(
                "T", Attribute.type(ElementType.FLOAT),
                "index_type", Attribute.type(ElementType.INT32)),
            graph.constant(scope + "ones/dims", TensorValue.vector(1, length, 1)),
            graph.constant(scope + "ones/Const", TensorValue.scalar(1f)));
    return graph.real(scope + "mul", "Mul", ones, real);
  }

  private TensorRef layer(String scope, TensorRef input, TensorRef mask, EncoderLayer layer) {
    TensorRef context = attention(scope + "attention/self/", input, mask, layer);
    String output = scope + "attention/output/";
    TensorRef projected = canonical.dense(output + "dense", context, layer.attentionOutput());
    TensorRef attended = graph.real(output + "add", "AddV2", projected, input);
    TensorRef normed = canonical.norm(output, attended, 2, layer.attentionNorm());
    String inner = scope + "intermediate/dense";
    TensorRef wide = gelu(inner + "/", canonical.dense(inner, normed, layer.intermediate()));
    TensorRef narrow = canonical.dense(scope + "output/dense", wide, layer.output());
    TensorRef sum = graph.real(scope + "output/add", "AddV2", narrow, normed);
    return canonical.norm(scope + "output/", sum, 2, layer.outputNorm());
  }

  private TensorRef attention(String scope, TensorRef input, TensorRef mask, EncoderLayer layer) {
    TensorRef query = heads(scope, "", canonical.dense(scope + "query", input, layer.query()));
    TensorRef key = heads(scope, "_1", canonical.dense(scope + "key", input, layer.key()));
    TensorRef value = heads(scope, "_2", canonical.dense(scope + "value", input, layer.value()));
    TensorRef scores = ops.batchMatMul(scope + "MatMul", query, key, true);
    TensorRef scaled = ops.scalarSecond(scope + "Mul", "Mul", scores, layer.queryScale());
    TensorRef axis = graph.constant(scope + "ExpandDims/dim", TensorValue.vector(1));
    TensorRef wide = ops.expandDims(scope + "ExpandDims", ElementType.FLOAT, mask, axis);
    TensorRef inverted = ops.scalarFirst(scope + "sub", "Sub", 1f, wide);
    TensorRef bias = ops.scalarSecond(scope + "mul_1", "Mul", inverted, MASKED);
    TensorRef masked = graph.real(scope + "add", "AddV2", scaled, bias);
    TensorRef shares = graph.real(scope + "Softmax", "Softmax", masked);
    TensorRef context = ops.batchMatMul(scope + "MatMul_1", shares, value, false);
    TensorRef back = ops.transpose(scope + "transpose_3", context, 0, 2, 1, 3);
    int hidden = model.dimensions().hiddenSize();
    return ops.flatten(scope + "Reshape_3", ElementType.FLOAT, back, -1, hidden);
  }

  private TensorRef heads(String scope, String suffix, TensorRef value) {
    int heads = model.dimensions().heads();
    int size = model.dimensions().headSize();
    TensorRef split =
        ops.flatten(scope + "Reshape" + suffix, ElementType.FLOAT, value, -1, length, heads, size);
    return ops.transpose(scope + "transpose" + suffix, split, 0, 2, 1, 3);
  }

  private TensorRef gelu(String scope, TensorRef x) {
    return switch (model.gelu()) {
      case ERF -> ops.geluErf(scope, x);
      case TANH -> ops.geluTanh(scope, x);
      case SIGMOID -> ops.geluSigmoid(scope, x);
    };
  }
}
