package io.ganglion.bench.onnx;

import static io.ganglion.bench.onnx.OnnxWriter.MICROSOFT;
import static io.ganglion.bench.onnx.OnnxWriter.ONNX;

import io.ganglion.bench.onnx.OnnxWriter.Attribute;
import io.ganglion.bench.onnx.OnnxWriter.ElementType;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.model.WeightSchema.Dense;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a BERT classifier as ONNX with ONNX Runtime's fused operators. Inputs {@code input_ids},
 * {@code segment_ids} and {@code input_mask}, each int32 [batch, length]; output {@code logits}
 * [batch, labels]. Not thread-safe.
 *
 * <p>fp32 is the graph that ONNX Runtime's transformer optimizer ends with. int8 is what its {@code
 * quantize_dynamic} and its load-time fusions make of that: uint8 activations with a scale computed
 * on each call, int8 weights with a scale per output channel (its AVX512-VNNI kernels run u8 x s8
 * fastest, and per-channel scales cost nothing).
 */
public final class BertOnnx {
  /** Names of the graph's inputs and output. */
  public static final String INPUT_IDS = "input_ids";

  public static final String SEGMENT_IDS = "segment_ids";
  public static final String INPUT_MASK = "input_mask";
  public static final String LOGITS = "logits";

  private static final float SIGMOID_GELU_SCALE = 1.702f;

  private final ModelWeights weights;
  private final ModelManifest manifest;
  private final ModelDimensions dimensions;
  private final boolean int8;
  private final OnnxWriter onnx;

  private BertOnnx(ModelWeights weights, boolean int8, OnnxWriter onnx) {
    this.weights = weights;
    this.manifest = weights.manifest();
    this.dimensions = manifest.dimensions();
    this.int8 = int8;
    this.onnx = onnx;
  }

  /** Writes {@code file} and, beside it, {@code <file>.data}. */
  public static void write(ModelWeights weights, boolean int8, Path file) throws IOException {
    try (OnnxWriter onnx = new OnnxWriter(file)) {
      new BertOnnx(weights, int8, onnx).writeGraph();
    }
  }

  private void writeGraph() throws IOException {
    for (String input : List.of(INPUT_IDS, SEGMENT_IDS, INPUT_MASK)) {
      onnx.input(input, ElementType.INT32, "batch", "length");
    }
    String hidden = embeddings();
    for (int layer = 0; layer < dimensions.layers(); layer++) {
      hidden = encoderLayer(layer, hidden);
    }
    String logits = classifier(hidden);
    onnx.node(ONNX, "Identity", List.of(logits), LOGITS);
    onnx.output(LOGITS, ElementType.FLOAT, "batch", Integer.toString(manifest.outputWidth()));
    onnx.finish();
  }

  /** The embedding sum with its layer norm; makes {@code mask_index}, the length of each row. */
  private String embeddings() throws IOException {
    int hidden = dimensions.hiddenSize();
    onnx.node(
        MICROSOFT,
        "EmbedLayerNormalization",
        List.of(
            INPUT_IDS,
            SEGMENT_IDS,
            matrix(WeightSchema.WORD_EMBEDDINGS, dimensions.vocabularySize(), hidden),
            matrix(WeightSchema.POSITION_EMBEDDINGS, dimensions.maxPositions(), hidden),
            matrix(WeightSchema.SEGMENT_EMBEDDINGS, dimensions.segments(), hidden),
            vector(WeightSchema.EMBEDDINGS_LAYER_NORM + ".gamma"),
            vector(WeightSchema.EMBEDDINGS_LAYER_NORM + ".beta"),
            INPUT_MASK),
        List.of("embeddings", "mask_index"),
        Attribute.of("epsilon", manifest.layerNormEpsilon()));
    return "embeddings";
  }

  private String encoderLayer(int layer, String hidden) throws IOException {
    String context = attention(layer, hidden);
    String attended =
        skipLayerNorm(
            matMul(Dense.ATTENTION_OUTPUT, layer, context),
            hidden,
            WeightSchema.attentionLayerNorm(layer),
            Dense.ATTENTION_OUTPUT.name(layer));
    String intermediate =
        activated(
            matMul(Dense.INTERMEDIATE, layer, attended),
            vector(Dense.INTERMEDIATE.name(layer) + ".bias"));
    return skipLayerNorm(
        matMul(Dense.OUTPUT, layer, intermediate),
        attended,
        WeightSchema.outputLayerNorm(layer),
        Dense.OUTPUT.name(layer));
  }

  private String attention(int layer, String hidden) throws IOException {
    String name = Dense.QKV.name(layer);
    float[] weight = unscaleQuery(weights.floats(name + ".weight"));
    String bias =
        onnx.floats(
            name + ".bias",
            unscaleQuery(weights.floats(name + ".bias")),
            Dense.QKV.outputs(dimensions));
    Attribute heads = Attribute.of("num_heads", dimensions.heads());
    long[] shape = shape(Dense.QKV);
    if (!int8) {
      String stored = onnx.floats(name + ".weight", weight, shape);
      return onnx.node(
          MICROSOFT,
          "Attention",
          List.of(hidden, stored, bias, "mask_index"),
          name + ".context",
          heads);
    }
    String stored = quantized(name, weight, shape);
    List<String> input = List.of(name + ".input", name + ".input_scale", name + ".input_zero");
    onnx.node(ONNX, "DynamicQuantizeLinear", List.of(hidden), input);
    return onnx.node(
        MICROSOFT,
        "QAttention",
        List.of(
            input.get(0), stored, bias, input.get(1), scaleOf(name), "mask_index", input.get(2)),
        name + ".context",
        heads);
  }

  private String matMul(Dense dense, int layer, String input) throws IOException {
    String name = dense.name(layer);
    float[] weight = weights.floats(name + ".weight");
    if (!int8) {
      String stored = onnx.floats(name + ".weight", weight, shape(dense));
      return onnx.node(ONNX, "MatMul", List.of(input, stored), name + ".product");
    }
    String stored = quantized(name, weight, shape(dense));
    return onnx.node(
        MICROSOFT,
        "DynamicQuantizeMatMul",
        List.of(input, stored, scaleOf(name)),
        name + ".product");
  }

  private String skipLayerNorm(String product, String skip, String norm, String biasOf)
      throws IOException {
    return onnx.node(
        MICROSOFT,
        "SkipLayerNormalization",
        List.of(
            product,
            skip,
            vector(norm + ".gamma"),
            vector(norm + ".beta"),
            vector(biasOf + ".bias")),
        norm + ".output",
        Attribute.of("epsilon", manifest.layerNormEpsilon()));
  }

  private String activated(String product, String bias) {
    String output = product + ".activated";
    return switch (manifest.activation()) {
      case GELU_ERF -> onnx.node(MICROSOFT, "BiasGelu", List.of(product, bias), output);
      case GELU_TANH -> onnx.node(MICROSOFT, "FastGelu", List.of(product, bias), output);
      case NONE, TANH, RELU, SIGMOID, SILU, GELU_SIGMOID -> {
        String sum = onnx.node(ONNX, "Add", List.of(product, bias), product + ".biased");
        yield activate(manifest.activation(), sum, output);
      }
    };
  }

  private String classifier(String hidden) throws IOException {
    String first = onnx.scalar("first_token", 0);
    String state =
        onnx.node(ONNX, "Gather", List.of(hidden, first), "first", Attribute.of("axis", 1));
    for (HeadLayer layer : manifest.head()) {
      String product = gemm(layer.name(), state, layer.inputs(), layer.outputs());
      state = activate(layer.activation(), product, layer.name() + ".output");
    }
    return state;
  }

  private String gemm(String name, String input, int inputs, int outputs) throws IOException {
    return onnx.node(
        ONNX,
        "Gemm",
        List.of(input, matrix(name + ".weight", inputs, outputs), vector(name + ".bias")),
        name + ".product");
  }

  private String activate(Activation activation, String product, String output) {
    return switch (activation) {
      case NONE -> product;
      case TANH -> onnx.node(ONNX, "Tanh", List.of(product), output);
      case RELU -> onnx.node(ONNX, "Relu", List.of(product), output);
      case SIGMOID -> onnx.node(ONNX, "Sigmoid", List.of(product), output);
      case GELU_ERF -> onnx.node(MICROSOFT, "Gelu", List.of(product), output);
      case GELU_TANH -> onnx.node(MICROSOFT, "FastGelu", List.of(product), output);
      case SILU -> quickGelu(product, 1, output);
      case GELU_SIGMOID -> quickGelu(product, SIGMOID_GELU_SCALE, output);
    };
  }

  /** {@code x * sigmoid(alpha * x)} */
  private String quickGelu(String product, float alpha, String output) {
    return onnx.node(
        MICROSOFT, "QuickGelu", List.of(product), output, Attribute.of("alpha", alpha));
  }

  private String matrix(String name, int rows, int columns) throws IOException {
    return onnx.floats(name, weights.floats(name), rows, columns);
  }

  private String vector(String name) throws IOException {
    float[] values = weights.floats(name);
    return onnx.floats(name, values, values.length);
  }

  private long[] shape(Dense dense) {
    return new long[] {dense.inputs(dimensions), dense.outputs(dimensions)};
  }

  /** Stores int8 values with a scale per column and no zero point; returns the values' name. */
  private String quantized(String name, float[] weight, long[] shape) throws IOException {
    int columns = Math.toIntExact(shape[1]);
    float[] scales = columnScales(weight, columns);
    byte[] values = new byte[weight.length];
    for (int i = 0; i < weight.length; i++) {
      values[i] = (byte) Math.round(weight[i] / scales[i % columns]);
    }
    onnx.floats(scaleOf(name), scales, columns);
    return onnx.bytes(name + ".weight", values, shape);
  }

  private static float[] columnScales(float[] weight, int columns) {
    float[] scales = new float[columns];
    for (int i = 0; i < weight.length; i++) {
      scales[i % columns] = Math.max(scales[i % columns], Math.abs(weight[i]));
    }
    for (int column = 0; column < columns; column++) {
      scales[column] = scales[column] == 0 ? 1 : scales[column] / Byte.MAX_VALUE;
    }
    return scales;
  }

  /** The artifact's query is already divided by sqrt(head size); Attention divides itself. */
  private float[] unscaleQuery(float[] values) {
    int columns = Dense.QKV.outputs(dimensions);
    float factor = (float) Math.sqrt(dimensions.headSize());
    for (int row = 0; row < values.length; row += columns) {
      for (int i = row; i < row + dimensions.hiddenSize(); i++) {
        values[i] *= factor;
      }
    }
    return values;
  }

  private static String scaleOf(String name) {
    return name + ".weight_scale";
  }
}
