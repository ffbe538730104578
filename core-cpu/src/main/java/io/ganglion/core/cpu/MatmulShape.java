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
 */
record MatmulShape(
    long inputs,
    long outputs,
    DnnlType source,
    DnnlType destination,
    PostOp post,
    boolean rowFactors) {

  /** The operation for weights in the given layout; if null, in the layout that oneDNN prefers. */
  Primitive compile(
      NativeScope scope, Scratch scratch, long rows, @Nullable dnnl_memory_desc packed) {
    dnnl_memory_desc layout =
        packed == null ? scope.anyLayout(weights(), sizes(inputs, outputs)) : packed;
    dnnl_memory_desc from = tensor(scope, source, rows, inputs);
    dnnl_memory_desc bias = tensor(scope, DnnlType.F32, 1, outputs);
    dnnl_memory_desc to = tensor(scope, destination, rows, outputs);
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
