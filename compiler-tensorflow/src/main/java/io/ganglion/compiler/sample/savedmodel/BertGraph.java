package io.ganglion.compiler.sample.savedmodel;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import io.ganglion.compiler.graph.Variables;
import io.ganglion.compiler.model.EncoderForward;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.runtime.model.HeadLayer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The graph of a BERT classifier, with the same operators and names as in an estimator export of
 * google-research/bert, from the placeholders to the loss. Gradients can be added to {@link #LOSS}.
 * Immutable once built.
 */
public final class BertGraph {
  /** Mean cross entropy over the batch. Needs {@link #LABELS}. */
  public static final TensorRef LOSS = TensorRef.of("loss/Mean");

  /** Logits [batch, labels]. */
  public static final TensorRef LOGITS = TensorRef.of("loss/BiasAdd");

  /** Probabilities [batch, labels]. */
  public static final TensorRef PROBABILITIES = TensorRef.of("loss/Softmax");

  /** Class ids [batch], int32. */
  public static final TensorRef LABELS = TensorRef.of("label_ids_1");

  /** Names of the classifier's variables: [labels, hidden] and [labels]. */
  public static final String OUTPUT_WEIGHTS = "output_weights";

  public static final String OUTPUT_BIAS = "output_bias";

  private final SampleConfig config;
  private final GraphBuilder builder = new GraphBuilder();
  private final GraphOps ops = new GraphOps(builder);
  private final Variables variables = new Variables(builder);
  private final Variables.@Nullable Values frozen;
  private final Map<String, Signature.Port> inputs = new LinkedHashMap<>();
  private final Variables.@Nullable Saver saver;
  private final TensorRef pooled;

  private BertGraph(SampleConfig config, Variables.@Nullable Values frozen) {
    this.config = config;
    this.frozen = frozen;
    addPlaceholders();
    this.pooled = addModel();
    addClassifier(pooled);
    this.saver = frozen == null ? variables.addSaver() : null;
  }

  /** A graph with variables. */
  static BertGraph withVariables(SampleConfig config) {
    return new BertGraph(config, null);
  }

  /** A graph whose weights are constants. */
  static BertGraph frozen(SampleConfig config, Variables.Values values) {
    return new BertGraph(config, values);
  }

  public Graph graph() {
    return builder.build();
  }

  /** The signature serving_default. */
  public Signature signature() {
    boolean regression = config.labels() == 1;
    TensorRef tensor = regression ? LOGITS : PROBABILITIES;
    Signature.Port output =
        new Signature.Port(
            tensor, tensor, ElementType.FLOAT, true, List.of(-1L, (long) config.labels()));
    return new Signature(
        "serving_default",
        "tensorflow/serving/predict",
        inputs,
        Map.of(regression ? "predictions" : "probabilities", output));
  }

  /** The operators that save and restore variables; null if the weights are constants. */
  public Variables.@Nullable Saver saver() {
    return saver;
  }

  /** The pooled output [batch, hidden]. */
  TensorRef pooled() {
    return pooled;
  }

  List<Variables.Variable> variables() {
    return variables.all();
  }

  private TensorRef variable(String name, Integer... sizes) {
    return frozen == null ? variables.add(name, sizes) : variables.freeze(name, frozen, sizes);
  }

  private void addPlaceholders() {
    // An export has the receiver's placeholders twice: those of the example, then its own.
    for (String suffix : List.of("", "_1")) {
      for (String name : List.of("input_ids", "input_mask", "segment_ids")) {
        placeholder(name, suffix, List.of(-1L, (long) config.sequenceLength()));
      }
      if (config.labelInputs()) {
        placeholder("label_ids", suffix, List.of(-1L));
        placeholder("is_real_example", suffix, List.of(-1L));
      }
    }
  }

  private void placeholder(String name, String suffix, List<Long> shape) {
    TensorRef ref =
        builder.op(
            name + suffix,
            "Placeholder",
            GraphBuilder.attributes(
                "dtype",
                Attribute.type(ElementType.INT32),
                "shape",
                new Attribute.Shape(true, shape)));
    inputs.put(name, new Signature.Port(ref, ref, ElementType.INT32, true, shape));
  }

  private TensorRef addModel() {
    EstimatorOperations estimator = new EstimatorOperations(config, builder, this::variable);
    EncoderForward<TensorRef> forward =
        new EncoderForward<>(config.dimensions(), config.activation(), head(config), estimator);
    TensorRef encoded = estimator.embeddings(forward);
    TensorRef mask = estimator.mask();
    TensorRef rows = estimator.rows(encoded);
    for (int layer = 0; layer < config.dimensions().layers(); layer++) {
      rows = forward.layer(rows, mask, layer);
      encoded = estimator.sequences(rows, layer);
    }
    return forward.outputs(firstTokens(config.scope() + "/pooler/", encoded));
  }

  /** The classifier comes later: in an estimator's graph it has another form. */
  static List<HeadLayer> head(SampleConfig config) {
    return List.of(HeadLayer.pooler(config.dimensions().hiddenSize()));
  }

  private TensorRef firstTokens(String pooler, TensorRef encoded) {
    TensorRef first = ops.firstTokens(pooler + "strided_slice", encoded, false);
    return builder.op(
        pooler + "Squeeze",
        "Squeeze",
        GraphBuilder.attributes(
            "T",
            Attribute.type(ElementType.FLOAT),
            "squeeze_dims",
            new Attribute.Many(List.of(new Attribute.Int(1)))),
        first);
  }

  private void addClassifier(TensorRef from) {
    int labels = config.labels();
    TensorRef weights = variable(OUTPUT_WEIGHTS, labels, config.dimensions().hiddenSize());
    TensorRef bias = variable(OUTPUT_BIAS, labels);
    TensorRef product = ops.matMul("loss/MatMul", from, weights, true);
    TensorRef logits = ops.biasAdd("loss/BiasAdd", product, bias);
    builder.real("loss/Softmax", "Softmax", logits);
    TensorRef logProbabilities = builder.real("loss/LogSoftmax", "LogSoftmax", logits);
    if (!config.labelInputs()) {
      return;
    }
    ops.cast("Cast", TensorRef.of("is_real_example_1"), ElementType.INT32, ElementType.FLOAT);
    TensorRef oneHot = ops.oneHot("loss/one_hot", LABELS, labels);
    TensorRef product2 = builder.real("loss/mul", "Mul", oneHot, logProbabilities);
    TensorRef axis = builder.constant("loss/Sum/reduction_indices", TensorValue.scalar(-1));
    TensorRef sum = ops.reduce("loss/Sum", "Sum", product2, axis, false);
    TensorRef each = builder.real("loss/Neg", "Neg", sum);
    ops.reduce(
        "loss/Mean", "Mean", each, builder.constant("loss/Const", TensorValue.vector(0)), false);
  }
}
