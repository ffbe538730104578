package io.ganglion.core.cpu;

import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.SafeTensors;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.model.WeightSchema.Dense;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * Reads an artifact's weights tensor by tensor through one buffer and packs each into its kernel's
 * best layout. Used once, by one thread. Its results live as long as the scope.
 */
final class ModelLoader implements AutoCloseable {
  /**
   * Number of rows for which layouts are chosen. Kernels for other numbers of rows read them too.
   */
  private static final int TYPICAL_ROWS = 256;

  private static final String WEIGHT_SCALE = ".weight_scale";
  private static final String INPUT_SCALE = ".input_scale";

  /** Number of bf16 columns of an AMX tile. */
  private static final int TILE_COLUMNS = 32;

  private final NativeScope scope;
  private final NativeScope local = new NativeScope();
  private final ModelManifest manifest;
  private final SafeTensors weights;
  private final CpuIsa isa;
  private final Scratch scratch = new Scratch();
  private final dnnl_stream stream;
  private final NativeBuffer staging;
  private final Map<MatmulShape, Primitive> layouts = new HashMap<>();

  ModelLoader(NativeScope scope, ModelManifest manifest, SafeTensors weights, CpuIsa isa) {
    this.scope = scope;
    this.manifest = manifest;
    this.weights = weights;
    this.isa = isa;
    local.onClose(scratch::close);
    try {
      dnnl_stream made = Dnnl.newStream();
      local.onClose(() -> dnnl.dnnl_stream_destroy(made));
      stream = made;
      staging = local.buffer(largestMatrix());
    } catch (Throwable e) {
      local.close();
      throw e;
    }
  }

  PackedModel load() throws ArtifactException {
    ModelDimensions d = manifest.dimensions();
    List<PackedLayer> layers = new ArrayList<>();
    for (int layer = 0; layer < d.layers(); layer++) {
      layers.add(
          new PackedLayer(
              encoderDense(Dense.QKV, layer),
              encoderDense(Dense.ATTENTION_OUTPUT, layer),
              norm(WeightSchema.attentionLayerNorm(layer), d.hiddenSize()),
              encoderDense(Dense.INTERMEDIATE, layer),
              encoderDense(Dense.OUTPUT, layer),
              norm(WeightSchema.outputLayerNorm(layer), d.hiddenSize())));
    }
    List<PackedDense> head = new ArrayList<>();
    List<PostOp> activations = new ArrayList<>();
    for (HeadLayer layer : manifest.head()) {
      head.add(wide(layer.name(), layer.inputs(), layer.outputs()));
      activations.add(PostOp.of(layer.activation()));
    }
    return new PackedModel(
        manifest,
        isa,
        Embeddings.load(scope, weights, d.embeddingSize()),
        norm(WeightSchema.EMBEDDINGS_LAYER_NORM, d.embeddingSize()),
        d.projectsEmbeddings()
            ? wide(WeightSchema.EMBEDDINGS_PROJECTION, d.embeddingSize(), d.hiddenSize())
            : null,
        layers,
        head,
        activations);
  }

  private PackedDense encoderDense(Dense dense, int layer) throws ArtifactException {
    String name = dense.name(layer);
    ModelDimensions d = manifest.dimensions();
    Precision stored = WeightSchema.precisionOf(manifest, name);
    return dense(
        name, dense.inputs(d), dense.outputs(d), stored, isa.execution(stored), range(dense));
  }

  /** How an int8 input's tokens spread over the steps; null if columns have scales instead. */
  private @Nullable TokenRange range(Dense dense) {
    if (!dense.quantizesTokens()) {
      return null;
    }
    return dense == Dense.OUTPUT
        ? TokenRange.notBelow(manifest.activation().lowest())
        : TokenRange.SIGNED;
  }

  /** A dense layer outside the encoder layers, in fp32. */
  private PackedDense wide(String name, int inputs, int outputs) throws ArtifactException {
    return dense(name, inputs, outputs, Precision.FP32, Precision.FP32, null);
  }

  /**
   * @param range how tokens are quantized if it runs in int8; null if columns have scales
   */
  private PackedDense dense(
      String name,
      int inputs,
      int outputs,
      Precision stored,
      Precision runs,
      @Nullable TokenRange range)
      throws ArtifactException {
    int columns = columns(inputs, runs);
    ByteBuffer bytes = read(name, inputs, outputs, stored, runs);
    clear(bytes, inputs * outputs, columns * outputs, runs);
    float[] bias = weights.floats(name + ".bias");
    boolean tokens = runs == Precision.INT8 && range != null;
    MatmulShape typical = typical(PackedDense.source(runs), columns, outputs, tokens);
    PackedDense.Quantization quantization =
        runs == Precision.INT8 ? quantization(name, bytes, bias, typical, range) : null;
    dnnl_memory_desc layout = layout(typical);
    return new PackedDense(
        name,
        inputs,
        columns,
        outputs,
        runs,
        layout,
        pack(typical.plainWeights(local), layout),
        vector(bias, 1, outputs),
        quantization);
  }

  /**
   * @param bias gets what makes up for the zero point of columns
   */
  private PackedDense.Quantization quantization(
      String name, ByteBuffer weight, float[] bias, MatmulShape product, @Nullable TokenRange range)
      throws ArtifactException {
    int outputs = bias.length;
    float[] scale = weights.floats(name + WEIGHT_SCALE);
    int zero = range == null ? TokenRange.MIDDLE : range.zero();
    float[] zeroSum = zeroSum(weight, scale, (int) product.inputs(), zero);
    dnnl_memory weightScale = vector(scale, outputs);
    if (range != null) {
      dnnl_memory_desc row = product.tensor(scope, DnnlType.F32, 1, outputs);
      return new PackedDense.ByToken(weightScale, vector(zeroSum, row), range);
    }
    for (int o = 0; o < outputs; o++) {
      bias[o] += zeroSum[o];
    }
    float[] factors = reciprocals(weights.floats(name + INPUT_SCALE));
    return new PackedDense.ByColumn(weightScale, vector(factors, 1, factors.length));
  }

  /**
   * The number of input columns that a kernel reads. Tiles take whole blocks of columns. If a row
   * ends within a block, oneDNN reads on in the next row and multiplies by zero, but NaN times zero
   * is NaN. So rows are filled up to whole blocks.
   */
  private int columns(int inputs, Precision runs) {
    return runs == Precision.BF16 && isa.tiles() ? roundUp(inputs) : inputs;
  }

  private static int roundUp(int columns) {
    return (columns + TILE_COLUMNS - 1) / TILE_COLUMNS * TILE_COLUMNS;
  }

  /** Sets the rows of a matrix to zero that belong to no input. */
  private static void clear(ByteBuffer bytes, int from, int to, Precision runs) {
    int width = PackedDense.source(runs).bytes();
    bytes.put(from * width, new byte[(to - from) * width]);
  }

  /** Reads a matrix to the staging buffer, in the precision in which it will run. */
  private ByteBuffer read(String name, int inputs, int outputs, Precision stored, Precision runs)
      throws ArtifactException {
    ByteBuffer bytes = staging.view();
    weights.read(name + ".weight", bytes);
    if (runs != stored) {
      WideWeights.expand(
          bytes, inputs, outputs, scales(name + WEIGHT_SCALE), scales(name + INPUT_SCALE));
    }
    return bytes;
  }

  /** The scales of this name; null if the matrix has none. */
  private float @Nullable [] scales(String name) throws ArtifactException {
    boolean stored = weights.specs().stream().anyMatch(spec -> spec.name().equals(name));
    return stored ? weights.floats(name) : null;
  }

  /** A copy of the staging buffer in another layout. */
  private dnnl_memory pack(dnnl_memory_desc plain, dnnl_memory_desc layout) {
    dnnl_memory packed = scope.allocate(layout);
    Execution.of(Kernels.reorder(local, scratch, plain, layout))
        .with(dnnl.DNNL_ARG_FROM, local.memory(plain, staging.base()))
        .with(dnnl.DNNL_ARG_TO, packed)
        .build(local)
        .run(stream);
    return packed;
  }

  /** What takes the zero point back from each output. {@code weight} is int8. */
  private static float[] zeroSum(ByteBuffer weight, float[] scale, int inputs, int zero) {
    int outputs = scale.length;
    long[] sums = new long[outputs];
    byte[] row = new byte[outputs];
    for (int i = 0; i < inputs; i++) {
      weight.get(i * outputs, row);
      for (int o = 0; o < outputs; o++) {
        sums[o] += row[o];
      }
    }
    float[] zeroSum = new float[outputs];
    for (int o = 0; o < outputs; o++) {
      zeroSum[o] = -scale[o] * zero * sums[o];
    }
    return zeroSum;
  }

  private MatmulShape typical(DnnlType source, int inputs, int outputs, boolean tokens) {
    if (tokens) {
      return new MatmulShape(inputs, outputs, source, DnnlType.F32, PostOp.ADD_DESTINATION, true);
    }
    DnnlType dequantized = isa.bf16() ? DnnlType.BF16 : DnnlType.F32;
    DnnlType destination = source == DnnlType.U8 ? dequantized : source;
    return new MatmulShape(inputs, outputs, source, destination, PostOp.NONE, false);
  }

  private dnnl_memory_desc layout(MatmulShape shape) {
    dnnl_memory_desc chosen =
        layouts
            .computeIfAbsent(shape, s -> s.compile(local, scratch, TYPICAL_ROWS, null))
            .weights();
    dnnl_memory_desc copy = new dnnl_memory_desc();
    Dnnl.check(dnnl.dnnl_memory_desc_clone(copy, chosen), "keep a layout");
    return scope.own(copy);
  }

  private PackedNorm norm(String name, int width) throws ArtifactException {
    return new PackedNorm(
        vector(weights.floats(name + ".gamma"), width),
        vector(weights.floats(name + ".beta"), width));
  }

  /**
   * The reciprocals of scales: inputs are divided by the artifact's scales, and kernels multiply.
   */
  private static float[] reciprocals(float[] scales) {
    float[] reciprocals = new float[scales.length];
    for (int i = 0; i < scales.length; i++) {
      reciprocals[i] = 1 / scales[i];
    }
    return reciprocals;
  }

  /** An fp32 tensor of one row. */
  private dnnl_memory vector(float[] values, long... shape) {
    return vector(values, scope.dense(DnnlType.F32, shape));
  }

  private dnnl_memory vector(float[] values, dnnl_memory_desc desc) {
    NativeBuffer buffer = scope.buffer((long) values.length * Float.BYTES);
    buffer.view().asFloatBuffer().put(values);
    return scope.memory(desc, buffer.base());
  }

  /** Bytes of the largest matrix, in the precision in which it will run. */
  private long largestMatrix() {
    ModelDimensions d = manifest.dimensions();
    long hidden = roundUp(d.hiddenSize());
    long largest = hidden * Math.max(3 * hidden, roundUp(d.intermediateSize()));
    largest = Math.max(largest, (long) d.embeddingSize() * d.hiddenSize());
    for (HeadLayer layer : manifest.head()) {
      largest = Math.max(largest, (long) layer.inputs() * layer.outputs());
    }
    return largest * Float.BYTES;
  }

  @Override
  public void close() {
    local.close();
  }
}
