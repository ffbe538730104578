package io.ganglion.core.cpu;

import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.SafeTensors;
import io.ganglion.runtime.model.Precision;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * Reads an artifact's matrices one by one through one buffer and packs each into its kernel's best
 * layout. Used by one thread. Its results live as long as the scope.
 */
final class DensePacker implements AutoCloseable {
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
  private final SafeTensors weights;
  private final CpuIsa isa;
  private final Scratch scratch = new Scratch();
  private final dnnl_stream stream;
  private final NativeBuffer staging;
  private final Map<MatmulShape, Primitive> layouts = new HashMap<>();

  /**
   * A stored matrix and its use.
   *
   * @param name its name in the weight schema
   * @param stored the precision in which the artifact holds it
   * @param runs the precision in which it will run here
   */
  record Matrix(String name, int inputs, int outputs, Precision stored, Precision runs) {}

  /**
   * @param scope owns the results
   * @param largest bytes of the largest matrix, in the precision in which it will run
   */
  DensePacker(NativeScope scope, SafeTensors weights, CpuIsa isa, long largest) {
    this.scope = scope;
    this.weights = weights;
    this.isa = isa;
    local.onClose(scratch::close);
    try {
      dnnl_stream made = Dnnl.newStream();
      local.onClose(() -> dnnl.dnnl_stream_destroy(made));
      stream = made;
      staging = local.buffer(largest);
    } catch (Throwable e) {
      local.close();
      throw e;
    }
  }

  /**
   * Reads and packs a matrix.
   *
   * @param bias what it adds to its results
   * @param range how tokens are quantized; null if columns have scales, or if it is not int8
   * @param early what its input holds besides what it is to read; null if nothing
   */
  PackedDense pack(
      Matrix matrix, float[] bias, @Nullable TokenRange range, float @Nullable [] early)
      throws ArtifactException {
    int columns = columns(matrix.inputs, matrix.runs);
    ByteBuffer bytes = read(matrix);
    clear(bytes, matrix.inputs * matrix.outputs, columns * matrix.outputs, matrix.runs);
    MatmulShape typical = typical(matrix.runs, columns, matrix.outputs, range != null);
    boolean int8 = matrix.runs == Precision.INT8;
    float[] outputScale = int8 ? weights.floats(matrix.name + WEIGHT_SCALE) : null;
    float[] inputFactor =
        int8 && range == null ? reciprocals(weights.floats(matrix.name + INPUT_SCALE)) : null;
    double[] zeros = zeros(matrix, range, inputFactor, early);
    if (zeros != null) {
      double[] sums = ColumnSums.of(bytes, typical.weights(), zeros, matrix.outputs);
      for (int o = 0; o < bias.length; o++) {
        bias[o] -= (float) (sums[o] * (outputScale == null ? 1 : outputScale[o]));
      }
    }
    dnnl_memory_desc layout = layout(typical);
    return new PackedDense(
        matrix.name,
        matrix.inputs,
        columns,
        matrix.outputs,
        matrix.runs,
        layout,
        pack(typical.plainWeights(local), layout),
        scope.vector(typical.tensor(scope, DnnlType.F32, 1, matrix.outputs), bias),
        outputScale == null ? null : quantization(outputScale, inputFactor, range));
  }

  private PackedDense.Quantization quantization(
      float[] outputScale, float @Nullable [] inputFactor, @Nullable TokenRange range) {
    dnnl_memory weightScale = scope.vector(outputScale, outputScale.length);
    if (range != null) {
      return new PackedDense.ByToken(weightScale, range);
    }
    float[] factors = Objects.requireNonNull(inputFactor);
    return new PackedDense.ByColumn(weightScale, scope.vector(factors, 1, factors.length));
  }

  /** What stands for zero in each input of a kernel; null if zero does. */
  private static double @Nullable [] zeros(
      Matrix matrix,
      @Nullable TokenRange range,
      float @Nullable [] inputFactor,
      float @Nullable [] early) {
    if (matrix.runs != Precision.INT8 && early == null) {
      return null;
    }
    double[] zeros = new double[matrix.inputs];
    for (int i = 0; i < zeros.length; i++) {
      double more = early == null ? 0 : early[i];
      zeros[i] =
          range != null
              ? range.zero()
              : inputFactor != null ? TokenRange.MIDDLE + more * inputFactor[i] : more;
    }
    return zeros;
  }

  /**
   * The number of input columns that a kernel reads. Tiles take whole blocks of columns. If a row
   * ends within a block, oneDNN reads on in the next row and multiplies by zero, but NaN times zero
   * is NaN. So rows are filled up to whole blocks.
   */
  private int columns(int inputs, Precision runs) {
    return runs == Precision.BF16 && isa.tiles() ? roundUp(inputs) : inputs;
  }

  /** A number of columns filled up to whole tiles. */
  static int roundUp(int columns) {
    return (columns + TILE_COLUMNS - 1) / TILE_COLUMNS * TILE_COLUMNS;
  }

  /** Sets the rows of a matrix to zero that belong to no input. */
  private static void clear(ByteBuffer bytes, int from, int to, Precision runs) {
    int width = PackedDense.source(runs).bytes();
    bytes.put(from * width, new byte[(to - from) * width]);
  }

  /** Reads a matrix to the staging buffer, in the precision in which it will run. */
  private ByteBuffer read(Matrix matrix) throws ArtifactException {
    ByteBuffer bytes = staging.view();
    weights.read(matrix.name + ".weight", bytes);
    if (matrix.runs != matrix.stored) {
      WideWeights.expand(
          bytes,
          matrix.inputs,
          matrix.outputs,
          scales(matrix.name + WEIGHT_SCALE),
          scales(matrix.name + INPUT_SCALE));
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

  private MatmulShape typical(Precision runs, int inputs, int outputs, boolean tokens) {
    DnnlType source = PackedDense.source(runs);
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

  @Override
  public void close() {
    local.close();
  }
}
