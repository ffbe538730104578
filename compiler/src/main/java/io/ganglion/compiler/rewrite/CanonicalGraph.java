package io.ganglion.compiler.rewrite;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.Dense;
import io.ganglion.compiler.model.EncoderForward;
import io.ganglion.compiler.model.EncoderLayer;
import io.ganglion.compiler.model.HeadDense;
import io.ganglion.compiler.model.LayerNorm;
import io.ganglion.compiler.model.Weight;
import io.ganglion.compiler.pass.GraphPass.Program;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Writes a recognised model in the form of BERT's own modelling code, in fp32. It computes what the
 * source computes, in one canonical form. The scale of the scores and the GELU are the source's.
 * Variables have BERT's names. Used once.
 */
final class CanonicalGraph extends GraphOperations {
  /** The names of the inputs, int32 [batch, length]. */
  static final String INPUT_IDS = "input_ids";

  static final String INPUT_MASK = "input_mask";
  static final String SEGMENT_IDS = "segment_ids";

  private final BertModel model;
  private final int length;
  private final Map<String, Weight> weights = new HashMap<>();

  private CanonicalGraph(BertModel model, int length) {
    super(
        new GraphBuilder(),
        Units.MODEL,
        model.dimensions(),
        model.layerNormEpsilon(),
        model.headLayers());
    this.model = model;
    this.length = length;
    weights.put(Units.EMBEDDINGS + "word_embeddings", model.words());
    weights.put(Units.EMBEDDINGS + "token_type_embeddings", model.segments());
    weights.put(Units.EMBEDDINGS + "position_embeddings", model.positions());
    put(Units.EMBEDDINGS, model.embeddingsNorm());
    for (int i = 0; i < model.layers().size(); i++) {
      put(Units.layer(i), model.layers().get(i));
    }
    for (HeadDense layer : model.head()) {
      put(Units.head(Units.MODEL, layer.name()) + "/", layer.dense());
    }
  }

  private void put(String scope, EncoderLayer layer) {
    put(scope + "attention/self/query/", layer.query());
    put(scope + "attention/self/key/", layer.key());
    put(scope + "attention/self/value/", layer.value());
    put(scope + "attention/output/dense/", layer.attentionOutput());
    put(scope + "attention/output/", layer.attentionNorm());
    put(scope + "intermediate/dense/", layer.intermediate());
    put(scope + "output/dense/", layer.output());
    put(scope + "output/", layer.outputNorm());
  }

  private void put(String scope, Dense dense) {
    weights.put(scope + "kernel", dense.kernel());
    weights.put(scope + "bias", dense.bias());
  }

  private void put(String scope, LayerNorm norm) {
    weights.put(scope + "LayerNorm/beta", norm.beta());
    weights.put(scope + "LayerNorm/gamma", norm.gamma());
  }

  /** The program that gives probabilities [batch, labels] of a classifier on first tokens. */
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
    EncoderForward<TensorRef> forward =
        new EncoderForward<>(model.dimensions(), model.activation(), model.headLayers(), this);
    TensorRef embedded = embeddings(forward);
    int hidden = model.dimensions().hiddenSize();
    String encoder = Units.ENCODER;
    TensorRef mask = mask(encoder);
    TensorRef rows = ops.flatten(encoder + "Reshape_1", ElementType.FLOAT, embedded, -1, hidden);
    TensorRef encoded =
        ops.flatten(
            encoder + "Reshape_2",
            ElementType.FLOAT,
            forward.encoder(rows, mask),
            -1,
            length,
            hidden);
    TensorRef first = ops.firstTokens(Units.POOLER + "strided_slice", encoded, true);
    return output(forward.outputs(first));
  }

  private TensorRef embeddings(EncoderForward<TensorRef> forward) {
    String scope = Units.EMBEDDINGS;
    TensorRef words = weight(scope + "word_embeddings");
    TensorRef segments = weight(scope + "token_type_embeddings");
    TensorRef positions = weight(scope + "position_embeddings");
    return forward.embeddings(
        ops.gather(scope + "GatherV2", words, TensorRef.of(INPUT_IDS)),
        ops.gather(scope + "GatherV2_1", segments, TensorRef.of(SEGMENT_IDS)),
        ops.firstRows(scope + "Slice", positions, length));
  }

  /** The mask of ones and zeros, [batch, length, length]. */
  private TensorRef mask(String scope) {
    TensorRef input = TensorRef.of(INPUT_MASK);
    TensorRef rows = ops.flatten(scope + "Reshape", ElementType.INT32, input, -1, 1, length);
    TensorRef real = ops.cast(scope + "Cast", rows, ElementType.INT32, ElementType.FLOAT);
    TensorRef sizes = graph.constant(scope + "ones/dims", TensorValue.vector(1, length, 1));
    return graph.real(scope + "mul", "Mul", ops.ones(scope + "ones", sizes), real);
  }

  private TensorRef output(TensorRef logits) {
    String name = Units.output(model.task().output().name()) + "probabilities";
    return switch (model.task().output()) {
      case SOFTMAX -> graph.real(name, "Softmax", logits);
      case SIGMOID -> graph.real(name, "Sigmoid", logits);
      case IDENTITY -> graph.real(name, "Identity", logits);
      case L2_NORM -> throw new IllegalArgumentException("A classifier has no norm.");
    };
  }

  @Override
  protected TensorRef variable(String name, Integer... sizes) {
    return weight(name);
  }

  /** Reads a variable with this name, whose value is the weight. */
  private TensorRef weight(String name) {
    Weight weight = Objects.requireNonNull(weights.get(name), name);
    TensorRef variable = graph.variable(name, weight.shape());
    return graph.real(name + "/read", "Identity", variable);
  }

  @Override
  protected float queryScale(int layer) {
    return model.layers().get(layer).queryScale();
  }

  @Override
  protected TensorRef splitHeads(TensorRef rows) {
    int heads = model.dimensions().heads();
    int size = model.dimensions().headSize();
    return ops.flatten(unique("Reshape"), ElementType.FLOAT, rows, -1, length, heads, size);
  }

  @Override
  protected TensorRef joinHeads(TensorRef value) {
    int hidden = model.dimensions().hiddenSize();
    return ops.flatten(unique("Reshape"), ElementType.FLOAT, value, -1, hidden);
  }
}
