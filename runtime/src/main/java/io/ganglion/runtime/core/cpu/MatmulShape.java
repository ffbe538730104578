package io.ganglion.runtime.core.cpu;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * A dense layer as oneDNN is asked for it: {@code destination = post(source * weights + bias)}.
 *
 * <p>Weights of an s8 source come with one scale an output; an s8 destination with one factor and
 * one zero point a column, which quantize it for the next layer.
 *
 * @param rows of source and destination
 * @param inputs columns of the source
 * @param outputs columns of the destination
 * @param source type of the source and the weights
 * @param destination type of the result
 * @param post applied before the store
 */
record MatmulShape(
    long rows, long inputs, long outputs, DnnlType source, DnnlType destination, PostOp post) {
  private static final int PER_OUTPUT = 1 << 1;

  /** The operation for weights in the given layout, or in the one oneDNN likes best. */
  Primitive compile(NativeScope scope, Scratch scratch, @Nullable dnnl_memory_desc packed) {
    dnnl_memory_desc weights = packed == null ? scope.anyLayout(source, inputs, outputs) : packed;
    dnnl_memory_desc from = scope.dense(source, rows, inputs);
    dnnl_memory_desc bias = scope.dense(DnnlType.F32, 1, outputs);
    dnnl_memory_desc to = scope.dense(destination, rows, outputs);
    return Primitive.create(
        scope,
        scratch,
        "matrix multiplication " + this,
        this::configure,
        (desc, attributes) ->
            dnnl.dnnl_matmul_primitive_desc_create(
                desc, Dnnl.engine(), from, weights, bias, to, attributes));
  }

  private void configure(dnnl_primitive_attr attributes) {
    if (source == DnnlType.S8) {
      Dnnl.check(
          dnnl.dnnl_primitive_attr_set_scales_mask(attributes, dnnl.DNNL_ARG_WEIGHTS, PER_OUTPUT),
          "set a scale");
    }
    try (NativeScope local = new NativeScope()) {
      Kernels.setPostOps(
          attributes,
          chain -> {
            post.appendTo(chain);
            if (destination == DnnlType.S8) {
              dnnl_memory_desc perColumn = local.dense(DnnlType.F32, 1, outputs);
              Kernels.appendBinary(chain, dnnl.dnnl_binary_mul, perColumn);
              Kernels.appendBinary(chain, dnnl.dnnl_binary_add, perColumn);
            }
          });
    }
  }

  /** The argument of an s8 destination's factors. */
  int factorArgument() {
    return Kernels.postOpArgument(post == PostOp.NONE ? 0 : 1);
  }

  /** The argument of an s8 destination's zero points. */
  int zeroArgument() {
    return Kernels.postOpArgument(post == PostOp.NONE ? 1 : 2);
  }
}
