package io.ganglion.runtime.core.cpu;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * A dense layer as oneDNN is asked for it: {@code destination = post(source * weights + bias)}.
 *
 * <p>An s8 source comes with one scale, its weights with one an output; an s8 destination with one.
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
      scale(attributes, dnnl.DNNL_ARG_SRC, 0);
      scale(attributes, dnnl.DNNL_ARG_WEIGHTS, PER_OUTPUT);
    }
    if (destination == DnnlType.S8) {
      scale(attributes, dnnl.DNNL_ARG_DST, 0);
    }
    dnnl_post_ops chain = new dnnl_post_ops();
    Dnnl.check(dnnl.dnnl_post_ops_create(chain), "make post-ops");
    try {
      post.appendTo(chain);
      Dnnl.check(dnnl.dnnl_primitive_attr_set_post_ops(attributes, chain), "set post-ops");
    } finally {
      dnnl.dnnl_post_ops_destroy(chain);
    }
  }

  static void scale(dnnl_primitive_attr attributes, int argument, int mask) {
    Dnnl.check(dnnl.dnnl_primitive_attr_set_scales_mask(attributes, argument, mask), "set a scale");
  }
}
