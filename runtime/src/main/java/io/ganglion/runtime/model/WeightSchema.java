package io.ganglion.runtime.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Lists every tensor that {@code weights.safetensors} must hold for a manifest, in file order. The
 * compiler, the reader and the cores all use this list.
 *
 * <p>A dense layer's weight is [inputs, outputs], so {@code y = x * weight + bias}. Query, key and
 * value are one dense layer of 3 x hidden outputs, in that order; the query's part is already
 * multiplied by {@code 1 / sqrt(head size)}. An encoder matrix is fp32, bf16 or int8 as {@link
 * #precisionOf} says. Everything else is fp32.
 *
 * <p>An int8 matrix has {@code <name>.weight_scale} [outputs]: the stored weight stands for {@code
 * quantized * weight_scale[o]}. How its input becomes 8 bits depends on what it reads. A layer
 * norm's result has the same range in every text, so a matrix that reads one also has {@code
 * <name>.input_scale} [inputs]: column i is quantized to {@code round(x / input_scale[i])} within
 * 127 steps on each side, and the stored weight stands for {@code quantized * weight_scale[o] /
 * input_scale[i]}. The others, see {@link Dense#quantizesTokens}, scale each token by its own range
 * when they run.
 */
public final class WeightSchema {
  public static final String WORD_EMBEDDINGS = "embeddings.word";
  public static final String POSITION_EMBEDDINGS = "embeddings.position";
  public static final String SEGMENT_EMBEDDINGS = "embeddings.segment";
  public static final String EMBEDDINGS_LAYER_NORM = "embeddings.layer_norm";

  /** The dense layer from the embeddings to the encoder, where their sizes differ. */
  public static final String EMBEDDINGS_PROJECTION = "embeddings.projection";

  private static final String WEIGHT_SCALE = ".weight_scale";
  private static final String INPUT_SCALE = ".input_scale";

  private WeightSchema() {}

  /** The four matrices of an encoder layer. */
  public enum Dense {
    QKV("attention.qkv"),
    ATTENTION_OUTPUT("attention.output"),
    INTERMEDIATE("intermediate"),
    OUTPUT("output");

    private final String suffix;

    Dense(String suffix) {
      this.suffix = suffix;
    }

    /**
     * The name in a layer, such as {@code encoder.0.attention.qkv}. Its tensors end in {@code
     * .weight} and {@code .bias}.
     */
    public String name(int layer) {
      return "encoder." + layer + "." + suffix;
    }

    /**
     * Whether each token of its int8 input gets its own scale when it runs. So it is for the
     * results of the attention and of the activation, where a few tokens are many times as large as
     * others.
     */
    public boolean quantizesTokens() {
      return this == ATTENTION_OUTPUT || this == OUTPUT;
    }

    /**
     * The matrix that adds its result to the stream next, itself or one after it. Whoever runs the
     * model may have added that matrix's bias before this one reads the stream.
     */
    public Dense adding() {
      return switch (this) {
        case QKV, ATTENTION_OUTPUT -> ATTENTION_OUTPUT;
        case INTERMEDIATE, OUTPUT -> OUTPUT;
      };
    }

    /** Rows of its weight. */
    public int inputs(ModelDimensions dimensions) {
      return this == OUTPUT ? dimensions.intermediateSize() : dimensions.hiddenSize();
    }

    /** Columns of its weight. */
    public int outputs(ModelDimensions dimensions) {
      return switch (this) {
        case QKV -> Math.multiplyExact(3, dimensions.hiddenSize());
        case INTERMEDIATE -> dimensions.intermediateSize();
        case ATTENTION_OUTPUT, OUTPUT -> dimensions.hiddenSize();
      };
    }
  }

  /**
   * The layer norm after a layer's attention. Its tensors end in {@code .gamma} and {@code .beta}.
   */
  public static String attentionLayerNorm(int layer) {
    return "encoder." + layer + ".attention.layer_norm";
  }

  /** The layer norm at the end of a layer. Its tensors end in {@code .gamma} and {@code .beta}. */
  public static String outputLayerNorm(int layer) {
    return "encoder." + layer + ".output.layer_norm";
  }

  /** The precision of the encoder matrix {@code name}, for example {@code encoder.0.output}. */
  public static Precision precisionOf(ModelManifest manifest, String name) {
    return manifest.layerPrecision().getOrDefault(name, manifest.precision());
  }

  /** Whether a tensor holds the scales of an int8 tensor. */
  public static boolean isScale(String name) {
    return name.endsWith(WEIGHT_SCALE) || name.endsWith(INPUT_SCALE);
  }

  /** All tensors, in file order. */
  public static List<TensorSpec> of(ModelManifest manifest) {
    ModelDimensions d = manifest.dimensions();
    int hidden = d.hiddenSize();
    int embedding = d.embeddingSize();
    List<TensorSpec> specs = new ArrayList<>();
    specs.add(TensorSpec.of(WORD_EMBEDDINGS, TensorType.F32, d.vocabularySize(), embedding));
    specs.add(TensorSpec.of(POSITION_EMBEDDINGS, TensorType.F32, d.maxPositions(), embedding));
    specs.add(TensorSpec.of(SEGMENT_EMBEDDINGS, TensorType.F32, d.segments(), embedding));
    addLayerNorm(specs, EMBEDDINGS_LAYER_NORM, embedding);
    if (d.projectsEmbeddings()) {
      addDense(specs, EMBEDDINGS_PROJECTION, TensorType.F32, embedding, hidden);
    }
    for (int layer = 0; layer < d.layers(); layer++) {
      addEncoderDense(specs, manifest, Dense.QKV, layer);
      addEncoderDense(specs, manifest, Dense.ATTENTION_OUTPUT, layer);
      addLayerNorm(specs, attentionLayerNorm(layer), hidden);
      addEncoderDense(specs, manifest, Dense.INTERMEDIATE, layer);
      addEncoderDense(specs, manifest, Dense.OUTPUT, layer);
      addLayerNorm(specs, outputLayerNorm(layer), hidden);
    }
    for (HeadLayer head : manifest.head()) {
      addDense(specs, head.name(), TensorType.F32, head.inputs(), head.outputs());
    }
    return specs;
  }

  private static void addEncoderDense(
      List<TensorSpec> specs, ModelManifest manifest, Dense dense, int layer) {
    String name = dense.name(layer);
    int inputs = dense.inputs(manifest.dimensions());
    int outputs = dense.outputs(manifest.dimensions());
    switch (precisionOf(manifest, name)) {
      case FP32 -> addDense(specs, name, TensorType.F32, inputs, outputs);
      case BF16 -> addDense(specs, name, TensorType.BF16, inputs, outputs);
      case INT8 -> {
        addDense(specs, name, TensorType.I8, inputs, outputs);
        specs.add(TensorSpec.of(name + WEIGHT_SCALE, TensorType.F32, outputs));
        if (!dense.quantizesTokens()) {
          specs.add(TensorSpec.of(name + INPUT_SCALE, TensorType.F32, inputs));
        }
      }
    }
  }

  private static void addDense(
      List<TensorSpec> specs, String name, TensorType weightType, int inputs, int outputs) {
    specs.add(TensorSpec.of(name + ".weight", weightType, inputs, outputs));
    specs.add(TensorSpec.of(name + ".bias", TensorType.F32, outputs));
  }

  private static void addLayerNorm(List<TensorSpec> specs, String name, int size) {
    specs.add(TensorSpec.of(name + ".gamma", TensorType.F32, size));
    specs.add(TensorSpec.of(name + ".beta", TensorType.F32, size));
  }
}
