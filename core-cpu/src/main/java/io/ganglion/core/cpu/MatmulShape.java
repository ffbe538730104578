package io.ganglion.core.cpu;

import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * A dense layer in oneDNN, for any number of rows: {@code destination = post(factor * (source *
 * weights + bias))}.
 *
 * <p>A u8 source has s8 weights with a scale for each output. If each row has a factor, the tensors
 * have three axes, the first of length 1: with two, oneDNN has only slow kernels for that.
 *
 * @param inputs number of columns of the source
 * @param outputs number of columns of the destination
 * @param source type of the source
 * @param destination type of the result
 * @param post operation on each result before it is stored
 * @param rowFactors whether each row has a factor; otherwise there is none
 * @param sourcePitch elements from a row of the source to the next
 * @param destinationPitch elements from a row of the destination to the next
 */
record MatmulShape(
    long inputs,
    long outputs,
    DnnlType source,
    DnnlType destination,
    PostOp post,
    boolean rowFactors,
    long sourcePitch,
    long destinationPitch) {
  /**
   * Bytes after which addresses fall into the same set of a level 1 cache, on all CPUs that we
   * know.
   */
  private static final int ALIAS = 4096;

  private static final int CACHE_LINE = 64;

  /** A product whose rows have no gaps. */
  MatmulShape(
      long inputs,
      long outputs,
      DnnlType source,
      DnnlType destination,
      PostOp post,
      boolean rowFactors) {
    this(inputs, outputs, source, destination, post, rowFactors, inputs, outputs);
  }

  /**
   * The distance between rows that a kernel reads fastest. It takes 16 or more rows at a time, and
   * if they all fell into one set of the cache, they would evict each other. The gap is a cache
   * line even if the rows become u8.
   */
  static long pitch(DnnlType type, long columns) {
    boolean aliased = columns * type.bytes() % ALIAS == 0;
    return aliased ? columns + CACHE_LINE : columns;
  }

  /** This product, reading rows that lie {@code pitch} apart. */
  MatmulShape reading(long pitch) {
    return new MatmulShape(
        inputs, outputs, source, destination, post, rowFactors, pitch, destinationPitch);
  }

  /** This product, writing rows that lie {@code pitch} apart. */
  MatmulShape writing(long pitch) {
    return new MatmulShape(
        inputs, outputs, source, destination, post, rowFactors, sourcePitch, pitch);
  }

  /** Rows of the source. */
  dnnl_memory_desc sources(NativeScope scope, long rows) {
    return tensor(scope, source, rows, inputs, sourcePitch);
  }

  /** Rows of the destination. */
  dnnl_memory_desc destinations(NativeScope scope, long rows) {
    return tensor(scope, destination, rows, outputs, destinationPitch);
  }

  /** The operation for weights in the given layout; if null, in the layout that oneDNN prefers. */
  Primitive compile(
      NativeScope scope, Scratch scratch, long rows, @Nullable dnnl_memory_desc packed) {
    dnnl_memory_desc layout =
        packed == null ? scope.anyLayout(weights(), sizes(inputs, outputs)) : packed;
    dnnl_memory_desc from = sources(scope, rows);
    dnnl_memory_desc bias = tensor(scope, DnnlType.F32, 1, outputs);
    dnnl_memory_desc to = destinations(scope, rows);
    return Primitive.create(
        scope,
        scratch,
        "matrix multiplication of " + rows + " rows, " + this,
        attributes -> configure(attributes, rows),
        (desc, attributes) ->
            dnnl.dnnl_matmul_primitive_desc_create(
                desc, Dnnl.engine(), from, layout, bias, to, attributes));
  }

  /** Type of the weights. */
  DnnlType weights() {
    return source == DnnlType.U8 ? DnnlType.S8 : source;
  }

  /** The weights row by row. */
  dnnl_memory_desc plainWeights(NativeScope scope) {
    return tensor(scope, weights(), inputs, outputs);
  }

  /** A row-major tensor with as many axes as this product's. */
  dnnl_memory_desc tensor(NativeScope scope, DnnlType type, long rows, long columns) {
    return scope.dense(type, sizes(rows, columns));
  }

  /** The same with {@code pitch} elements from a row to the next. */
  dnnl_memory_desc tensor(NativeScope scope, DnnlType type, long rows, long columns, long pitch) {
    long[] strides = rowFactors ? new long[] {rows * pitch, pitch, 1} : new long[] {pitch, 1};
    return scope.strided(type, sizes(rows, columns), strides);
  }

  private long[] sizes(long rows, long columns) {
    return rowFactors ? new long[] {1, rows, columns} : new long[] {rows, columns};
  }

  private void configure(dnnl_primitive_attr attributes, long rows) {
    if (source == DnnlType.U8) {
      int lastAxis = 1 << (sizes(1, 1).length - 1);
      Dnnl.check(
          dnnl.dnnl_primitive_attr_set_scales_mask(attributes, dnnl.DNNL_ARG_WEIGHTS, lastAxis),
          "set a scale");
    }
    try (NativeScope local = new NativeScope()) {
      Kernels.setPostOps(
          attributes,
          chain -> {
            if (rowFactors) {
              dnnl_memory_desc perRow = tensor(local, DnnlType.F32, rows, 1);
              Kernels.appendBinary(chain, dnnl.dnnl_binary_mul, perRow);
            }
            post.appendTo(chain);
          });
    }
  }

  /** Binds the factors of the rows, from {@link #tensor} of one column. */
  static void bindFactors(Execution.Builder execution, dnnl_memory factors) {
    execution.with(Kernels.postOpArgument(0), factors);
  }
}
