package io.ganglion.compiler.rewrite;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.Dense;
import io.ganglion.compiler.model.HeadDense;
import io.ganglion.compiler.model.LayerNorm;
import io.ganglion.compiler.model.Weight;
import io.ganglion.compiler.pass.GraphPass.Program;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A recognised model spelled out as BERT's own modelling code spells it, fp32: what the source
 * computes, in one form whichever it had. The scores are scaled after their product, each layer
 * makes its own mask of [batch, 1, length, length], GELU is the source's. Variables have BERT's
 * names. Used once.
 */
final class CanonicalGraph {
  /** Names of the inputs, int32 [batch, length]. */
  static final String INPUT_IDS = "input_ids";

  static final String INPUT_MASK = "input_mask";
  static final String SEGMENT_IDS = "segment_ids";

  private final BertModel model;
  private final int length;
  private final GraphBuilder graph = new GraphBuilder();
  private final GraphOps ops = new GraphOps(graph);
  private final Map<String, Weight> weights = new LinkedHashMap<>();

  private CanonicalGraph(BertModel model, int length) {
    this.model = model;
    this.length = length;
  }

  /** A program that gives probabilities [batch, labels]. */
  static Program of(BertModel model, int length) {
    CanonicalGraph canonical = new CanonicalGraph(model, length);
    TensorRef output = canonical.add();
    return new Program(canonical.graph.build(), output, canonical.weights);
  }

  private TensorRef add() {
    for (String name : List.of(INPUT_IDS, INPUT_MASK, SEGMENT_IDS)) {
      Attribute shape = new Attribute.Shape(true, List.of(-1L, (long) length));
      Attribute type = Attribute.type(ElementType.INT32);
      graph.op(name, "Placeholder", GraphBuilder.attributes("dtype", type, "shape", shape));
    }
    TensorRef encoded = new CanonicalEncoder(model, length, this, graph, ops).add(embeddings());
    TensorRef first =
        ops.slice(
            Units.POOLER + "strided_slice",
            encoded,
            new int[] {0, 0, 0},
            new int[] {0, 1, 0},
            new int[] {1, 1, 1},
            5,
            5,
            2);
    TensorRef pooled = dense(Units.POOLER + "dense", first, model.pooler());
    TensorRef at = graph.real(Units.POOLER + "dense/Tanh", "Tanh", pooled);
    for (int i = 0; i < model.head().size(); i++) {
      at = head(Units.head(i), at, model.head().get(i));
    }
    return output(at);
  }

  private TensorRef embeddings() {
    String scope = Units.EMBEDDINGS;
    TensorRef words = weight(scope + "word_embeddings", model.words());
    TensorRef segments = weight(scope + "token_type_embeddings", model.segments());
    TensorRef positions = weight(scope + "position_embeddings", model.positions());
    TensorRef rows =
        graph.op(
            scope + "Slice",
            "Slice",
            GraphBuilder.attributes(
                "Index", Attribute.type(ElementType.INT32),
                "T", Attribute.type(ElementType.FLOAT)),
            positions,
            graph.constant(scope + "Slice/begin", TensorValue.vector(0, 0)),
            graph.constant(scope + "Slice/size", TensorValue.vector(length, -1)));
    TensorRef looked = ops.gather(scope + "GatherV2", words, TensorRef.of(INPUT_IDS));
    TensorRef kinds = ops.gather(scope + "GatherV2_1", segments, TensorRef.of(SEGMENT_IDS));
    TensorRef sum = graph.real(scope + "add", "AddV2", looked, kinds);
    TensorRef all = graph.real(scope + "add_1", "AddV2", sum, rows);
    return norm(scope, all, 3, model.embeddingsNorm());
  }

  private TensorRef head(String scope, TensorRef input, HeadDense layer) {
    TensorRef sum = dense(scope + "dense", input, layer.dense());
    return switch (layer.activation()) {
      case NONE -> sum;
      case TANH -> graph.real(scope + "Tanh", "Tanh", sum);
      case RELU -> graph.real(scope + "Relu", "Relu", sum);
      case SIGMOID -> graph.real(scope + "Sigmoid", "Sigmoid", sum);
      case GELU_ERF -> ops.geluErf(scope, sum);
      case GELU_TANH -> ops.geluTanh(scope, sum);
    };
  }

  private TensorRef output(TensorRef logits) {
    String name = Units.output(model.output().name()) + "probabilities";
    return switch (model.output()) {
      case SOFTMAX -> graph.real(name, "Softmax", logits);
      case SIGMOID -> graph.real(name, "Sigmoid", logits);
      case IDENTITY -> graph.real(name, "Identity", logits);
    };
  }

  /** Reads a variable of this name, whose value is the weight. */
  private TensorRef weight(String name, Weight weight) {
    weights.put(name, weight);
    TensorRef variable = graph.variable(name, weight.shape());
    return graph.real(name + "/read", "Identity", variable);
  }

  TensorRef dense(String name, TensorRef input, Dense dense) {
    TensorRef kernel = weight(name + "/kernel", dense.kernel());
    return ops.dense(name, input, kernel, weight(name + "/bias", dense.bias()));
  }

  TensorRef norm(String scope, TensorRef value, int rank, LayerNorm norm) {
    String name = scope + "LayerNorm";
    TensorRef beta = weight(name + "/beta", norm.beta());
    TensorRef gamma = weight(name + "/gamma", norm.gamma());
    return ops.layerNorm(name, value, rank, gamma, beta, model.layerNormEpsilon());
  }
}
