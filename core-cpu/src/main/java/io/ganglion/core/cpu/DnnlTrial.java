package io.ganglion.core.cpu;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
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
  private final @Nullable dnnl_memory scales;
  private final byte[] before;

  /** The buffers of one product. */
  private record Rows(
      NativeBuffer source, NativeBuffer factors, NativeBuffer destination, int rows) {}

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
    bias = scope.vector(shape.tensor(scope, DnnlType.F32, 1, shape.outputs()), data.bias());
    scales = shape.source() == DnnlType.U8 ? scope.vector(data.scales(), shape.outputs()) : null;
    before = data.before();
  }

  @Override
  public byte @Nullable [] row(int rows) {
    try (NativeScope local = new NativeScope()) {
      dnnl_memory_desc from = shape.sources(local, rows);
      dnnl_memory_desc to = shape.destinations(local, rows);
      NativeBuffer source = local.buffer(dnnl.dnnl_memory_desc_get_size(from));
      NativeBuffer destination = local.buffer(dnnl.dnnl_memory_desc_get_size(to));
      Execution.Builder execution =
          Execution.of(shape.compile(local, scratch, rows, layout))
              .with(dnnl.DNNL_ARG_WEIGHTS, weights)
              .with(dnnl.DNNL_ARG_BIAS, bias)
              .with(dnnl.DNNL_ARG_SRC, local.memory(from, source.base()))
              .with(dnnl.DNNL_ARG_DST, local.memory(to, destination.base()));
      if (scales != null) {
        execution.with(dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_WEIGHTS, scales);
      }
      NativeBuffer factors = local.buffer((long) rows * Float.BYTES);
      if (shape.rowFactors()) {
        dnnl_memory_desc perRow = shape.tensor(local, DnnlType.F32, rows, 1);
        MatmulShape.bindFactors(execution, local.memory(perRow, factors.base()));
      }
      Execution product = execution.build(local);
      Rows buffers = new Rows(source, factors, destination, rows);
      byte[] even = run(product, buffers, 0);
      byte[] odd = run(product, buffers, 1);
      return even != null && Arrays.equals(even, odd) ? even : null;
    }
  }

  /**
   * The common result of every second row; null if they differ. The rows between them hold poison.
   */
  private byte @Nullable [] run(Execution product, Rows buffers, int first) {
    ByteBuffer in = buffers.source.view();
    FloatBuffer factors = buffers.factors.view().asFloatBuffer();
    ByteBuffer out = buffers.destination.view();
    int rows = buffers.rows;
    int inPitch = (int) shape.sourcePitch() * shape.source().bytes();
    int outPitch = (int) shape.destinationPitch() * shape.destination().bytes();
    for (int i = 0; i < rows; i++) {
      in.put(i * inPitch, i % 2 == first ? data.row() : data.poison());
      factors.put(i % 2 == first ? TrialData.FACTOR : Float.NaN);
      out.put(i * outPitch, before);
    }
    product.run(stream);
    byte[] result = null;
    byte[] next = new byte[before.length];
    for (int i = first; i < rows; i += 2) {
      out.get(i * outPitch, next);
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
      dnnl_memory_desc plain = shape.plainWeights(local);
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

  @Override
  public void close() {
    scope.close();
  }
}
