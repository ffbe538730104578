package io.ganglion.compiler.target.savedmodel;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import io.ganglion.compiler.graph.Variables;
import io.ganglion.runtime.artifact.HeadLayer;
import io.ganglion.runtime.artifact.ModelManifest;
import io.ganglion.runtime.artifact.OutputActivation;
import io.ganglion.runtime.artifact.TensorSpec;
import io.ganglion.runtime.artifact.WeightSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The graph of a compiled model, fp32. The host: embedding look-ups and their layer norm, the mask
 * as one additive bias [batch, 1, 1, sequence], the output's activation. The core: the encoder with
 * the query's scale folded into its weights, the pooler, the head. Variables have the names of
 * {@link WeightSchema}. Built once; immutable after.
 */
public final class NeuronGraph {
  /** Prefix of what the host runs. */
  public static final String HOST = "host/";

  /** Prefix of what the core runs. */
  public static final String CORE = "core/";

  /** Added to the scores of padding. */
  private static final float MASKED = -10000f;

  private final ModelManifest manifest;
  private final GraphBuilder builder = new GraphBuilder();
  private final GraphOps ops = new GraphOps(builder);
  private final Variables variables = new Variables(builder);
  private final Map<String, TensorRef> weights = new HashMap<>();
  private final TensorRef output;
  private final Variables.Saver saver;

  /** What stands between the two parts of the host. */
  interface Core {
    /** From [batch, sequence, hidden] and [batch, 1, 1, sequence], fp32, to [batch, labels]. */
    TensorRef add(GraphBuilder graph, TensorRef embeddings, TensorRef maskBias);
  }

  public NeuronGraph(ModelManifest manifest) {
    this(manifest, null);
  }

  /** With that core in the place of TensorFlow's operators, and the variables of the host alone. */
  NeuronGraph(ModelManifest manifest, @Nullable Core core) {
    this.manifest = manifest;
    for (String name : List.of("input_ids", "input_mask", "segment_ids")) {
      builder.op(
          name,
          "Placeholder",
          GraphBuilder.attributes(
              "dtype",
              Attribute.type(ElementType.INT32),
              "shape",
              new Attribute.Shape(true, List.of(-1L, (long) manifest.sequenceLength()))));
    }
    for (TensorSpec spec : WeightSchema.of(manifest)) {
      if (core == null || isOfTheHost(spec)) {
        weights.put(spec.name(), variables.add(spec.name(), spec.shape().toArray(new Integer[0])));
      }
    }
    TensorRef embeddings = embeddings();
    TensorRef mask = mask();
    this.output =
        activated(
            core == null
                ? head(new NeuronEncoder(manifest, builder, ops, weights).add(embeddings, mask))
                : core.add(builder, embeddings, mask));
    this.saver = variables.addSaver();
  }

  /** Whether the host needs that weight. */
  static boolean isOfTheHost(TensorSpec spec) {
    return spec.name().startsWith("embeddings.");
  }

  public Graph graph() {
    return builder.build();
  }

  /** Probabilities [batch, labels]. */
  public TensorRef output() {
    return output;
  }

  /** The operators that save and restore. */
  public Variables.Saver saver() {
    return saver;
  }

  private TensorRef gather(String name, TensorRef table, TensorRef ids) {
    return builder.op(
        name,
        "GatherV2",
        GraphBuilder.attributes(
            "Taxis", Attribute.type(ElementType.INT32),
            "Tindices", Attribute.type(ElementType.INT32),
            "Tparams", Attribute.type(ElementType.FLOAT),
            "batch_dims", new Attribute.Int(0)),
        table,
        ids,
        builder.constant(name + "/axis", TensorValue.scalar(0)));
  }

  private TensorRef embeddings() {
    String scope = HOST + "embeddings/";
    TensorRef words = gather(scope + "word", weight("embeddings.word"), TensorRef.of("input_ids"));
    TensorRef segments =
        gather(scope + "segment", weight("embeddings.segment"), TensorRef.of("segment_ids"));
    TensorRef positions =
        builder.op(
            scope + "position",
            "Slice",
            GraphBuilder.attributes(
                "Index", Attribute.type(ElementType.INT32),
                "T", Attribute.type(ElementType.FLOAT)),
            weight("embeddings.position"),
            builder.constant(scope + "position/begin", TensorValue.vector(0, 0)),
            builder.constant(
                scope + "position/size", TensorValue.vector(manifest.sequenceLength(), -1)));
    TensorRef sum = builder.real(scope + "add", "AddV2", words, segments);
    TensorRef all = builder.real(scope + "add_1", "AddV2", sum, positions);
    return ops.layerNorm(
        scope + "layer_norm",
        all,
        3,
        weight(WeightSchema.EMBEDDINGS_LAYER_NORM + ".gamma"),
        weight(WeightSchema.EMBEDDINGS_LAYER_NORM + ".beta"),
        manifest.layerNormEpsilon());
  }

  private TensorRef mask() {
    String scope = HOST + "mask/";
    TensorRef cast =
        builder.op(
            scope + "Cast",
            "Cast",
            GraphBuilder.attributes(
                "SrcT", Attribute.type(ElementType.INT32),
                "DstT", Attribute.type(ElementType.FLOAT),
                "Truncate", new Attribute.Flag(false)),
            TensorRef.of("input_mask"));
    TensorRef inverted = ops.scalarFirst(scope + "sub", "Sub", 1f, cast);
    TensorRef bias = ops.scalarSecond(scope + "mul", "Mul", inverted, MASKED);
    return ops.flatten(
        scope + "bias", ElementType.FLOAT, bias, -1, 1, 1, manifest.sequenceLength());
  }

  private TensorRef head(TensorRef encoded) {
    TensorRef first =
        ops.slice(
            CORE + "pooler/first_token",
            encoded,
            new int[] {0, 0, 0},
            new int[] {0, 1, 0},
            new int[] {1, 1, 1},
            5,
            5,
            2);
    TensorRef at = builder.real(CORE + "pooler/Tanh", "Tanh", dense("pooler", first));
    for (HeadLayer layer : manifest.head()) {
      String scope = CORE + layer.name() + "/";
      TensorRef sum = dense(layer.name(), at);
      at =
          switch (layer.activation()) {
            case NONE -> sum;
            case TANH -> builder.real(scope + "Tanh", "Tanh", sum);
            case RELU -> builder.real(scope + "Relu", "Relu", sum);
            case SIGMOID -> builder.real(scope + "Sigmoid", "Sigmoid", sum);
            case GELU_ERF -> ops.geluErf(scope, sum);
            case GELU_TANH -> ops.geluTanh(scope, sum);
          };
    }
    return at;
  }

  private TensorRef dense(String name, TensorRef input) {
    return ops.dense(CORE + name, input, weight(name + ".weight"), weight(name + ".bias"));
  }

  private TensorRef activated(TensorRef logits) {
    OutputActivation activation = manifest.output();
    return switch (activation) {
      case SOFTMAX -> builder.real(HOST + "probabilities", "Softmax", logits);
      case SIGMOID -> builder.real(HOST + "probabilities", "Sigmoid", logits);
      case IDENTITY -> builder.real(HOST + "probabilities", "Identity", logits);
    };
  }

  private TensorRef weight(String name) {
    TensorRef weight = weights.get(name);
    if (weight == null) {
      throw new IllegalArgumentException("There is no weight " + name + ".");
    }
    return weight;
  }
}
