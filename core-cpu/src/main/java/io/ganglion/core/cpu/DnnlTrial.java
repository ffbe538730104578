package io.ganglion.core.cpu;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * Tries oneDNN's products, on weights in the model's layout.
 *
 * <p>The inputs are pairs that cancel exactly, so only rounding errors remain of a sum. A kernel
 * that adds in another order then gives a clearly different result, which would otherwise differ
 * only in bits that bf16 drops. Every row position is tried, between rows of NaN and infinity,
 * which must not affect it. Owner thread only.
 */
final class DnnlTrial implements ProductTrial {
  private final MatmulShape shape;
  private final dnnl_memory_desc layout;
  private final NativeScope scope = new NativeScope();
  private final Scratch scratch = new Scratch();
  private final dnnl_stream stream = Dnnl.newStream();
  private final TrialData data;
  private final dnnl_memory weights;
  private final dnnl_memory bias;
  private final PackedDense.@Nullable Quantization quantization;
  private final byte[] before;

  /**
   * @param layout layout of the weights
   */
  DnnlTrial(MatmulShape shape, dnnl_memory_desc layout) {
    this.shape = shape;
    this.layout = layout;
    scope.onClose(scratch::close);
    scope.onClose(() -> dnnl.dnnl_stream_destroy(stream));
    data = new TrialData(shape);
    weights = weights();
    bias = vector(data.bias(), 1, shape.outputs());
    quantization = shape.source() == DnnlType.U8 ? quantization() : null;
    before = data.before();
  }

  @Override
  public byte @Nullable [] row(int rows) {
    try (NativeScope local = new NativeScope()) {
      dnnl_memory_desc from = local.dense(shape.source(), rows, shape.inputs());
      dnnl_memory_desc to = local.dense(shape.destination(), rows, shape.outputs());
      NativeBuffer source = local.buffer(dnnl.dnnl_memory_desc_get_size(from));
      NativeBuffer destination = local.buffer(dnnl.dnnl_memory_desc_get_size(to));
      Execution.Builder execution =
          Execution.of(shape.compile(local, scratch, rows, layout))
              .with(dnnl.DNNL_ARG_WEIGHTS, weights)
              .with(dnnl.DNNL_ARG_BIAS, bias)
              .with(dnnl.DNNL_ARG_SRC, local.memory(from, source.base()))
              .with(dnnl.DNNL_ARG_DST, local.memory(to, destination.base()));
      if (quantization != null) {
        execution.with(
            dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_WEIGHTS, quantization.weightScale());
        if (shape.destination() == DnnlType.U8) {
          shape.bindQuantization(execution, quantization);
        }
      }
      Execution product = execution.build(local);
      byte[] even = run(product, source, destination, rows, 0);
      byte[] odd = run(product, source, destination, rows, 1);
      return even != null && Arrays.equals(even, odd) ? even : null;
    }
  }

  /**
   * The common result of every second row; null if they differ. The rows between them hold poison.
   */
  private byte @Nullable [] run(
      Execution product, NativeBuffer source, NativeBuffer destination, int rows, int first) {
    ByteBuffer in = source.view();
    ByteBuffer out = destination.view();
    for (int i = 0; i < rows; i++) {
      in.put(i % 2 == first ? data.row() : data.poison());
      out.put(before);
    }
    product.run(stream);
    byte[] result = null;
    byte[] next = new byte[before.length];
    for (int i = first; i < rows; i += 2) {
      out.get(i * next.length, next);
      if (result == null) {
        result = next.clone();
      } else if (!Arrays.equals(result, next)) {
        return null;
      }
    }
    return Objects.requireNonNull(result);
  }

  private dnnl_memory weights() {
    dnnl_memory packed = scope.allocate(layout);
    try (NativeScope local = new NativeScope()) {
      dnnl_memory_desc plain = local.dense(shape.weights(), shape.inputs(), shape.outputs());
      NativeBuffer staging = local.buffer(dnnl.dnnl_memory_desc_get_size(plain));
      data.writeWeights(staging.view());
      Execution.of(Kernels.reorder(local, scratch, plain, layout))
          .with(dnnl.DNNL_ARG_FROM, local.memory(plain, staging.base()))
          .with(dnnl.DNNL_ARG_TO, packed)
          .build(local)
          .run(stream);
    }
    return packed;
  }

  private PackedDense.Quantization quantization() {
    float[] factors = new float[(int) shape.outputs()];
    Arrays.fill(factors, 1 / TrialData.QUANTUM);
    return new PackedDense.Quantization(
        vector(data.scales(), shape.outputs()),
        vector(factors, 1, shape.outputs()),
        vector(new float[] {TrialData.QUANTUM}, 1),
        null);
  }

  private dnnl_memory vector(float[] values, long... sizes) {
    NativeBuffer buffer = scope.buffer((long) values.length * Float.BYTES);
    buffer.view().asFloatBuffer().put(values);
    return scope.memory(scope.dense(DnnlType.F32, sizes), buffer.base());
  }

  @Override
  public void close() {
    scope.close();
  }
}
