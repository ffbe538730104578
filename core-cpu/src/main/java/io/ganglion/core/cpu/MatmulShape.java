package io.ganglion.core.cpu;

import java.util.Objects;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * A dense layer in oneDNN, for any number of rows: {@code destination = post(source * weights +
 * bias)}.
 *
 * <p>A u8 source has s8 weights with a scale for each output. A u8 destination is the result of an activation,
 * raised so that no value is negative and then quantized for the next layer: divided by one scale,
 * or multiplied by a factor for each column, which takes longer.
 *
 * @param inputs number of columns of the source
 * @param outputs number of columns of the destination
 * @param source type of the source
 * @param destination type of the result
 * @param post operation on each result before it is stored
 * @param columnFactors whether a u8 destination has a factor for each column
 */
record MatmulShape(
    long inputs,
    long outputs,
    DnnlType source,
    DnnlType destination,
    PostOp post,
    boolean columnFactors) {
  private static final int PER_OUTPUT = 1 << 1;

  /** Index of the factors in the post-ops of a u8 destination: after the activation and the sum. */
  private static final int FACTORS = 2;

  /** The operation for weights in the given layout; if null, in the layout that oneDNN prefers. */
  Primitive compile(
      NativeScope scope, Scratch scratch, long rows, @Nullable dnnl_memory_desc packed) {
    dnnl_memory_desc layout = packed == null ? scope.anyLayout(weights(), inputs, outputs) : packed;
    dnnl_memory_desc from = scope.dense(source, rows, inputs);
    dnnl_memory_desc bias = scope.dense(DnnlType.F32, 1, outputs);
    dnnl_memory_desc to = scope.dense(destination, rows, outputs);
    return Primitive.create(
        scope,
        scratch,
        "matrix multiplication of " + rows + " rows, " + this,
        this::configure,
        (desc, attributes) ->
            dnnl.dnnl_matmul_primitive_desc_create(
                desc, Dnnl.engine(), from, layout, bias, to, attributes));
  }

  /** Type of the weights. */
  DnnlType weights() {
    return source == DnnlType.U8 ? DnnlType.S8 : source;
  }

  private void configure(dnnl_primitive_attr attributes) {
    if (source == DnnlType.U8) {
      setScales(attributes, dnnl.DNNL_ARG_WEIGHTS, PER_OUTPUT);
    }
    if (destination == DnnlType.U8 && !columnFactors) {
      setScales(attributes, dnnl.DNNL_ARG_DST, 0);
    }
    try (NativeScope local = new NativeScope()) {
      Kernels.setPostOps(
          attributes,
          chain -> {
            post.appendTo(chain);
            if (destination == DnnlType.U8) {
              Kernels.appendSum(chain, -post.lowest());
            }
            if (columnFactors) {
              dnnl_memory_desc perColumn = local.dense(DnnlType.F32, 1, outputs);
              Kernels.appendBinary(chain, dnnl.dnnl_binary_mul, perColumn);
            }
          });
    }
  }

  private static void setScales(dnnl_primitive_attr attributes, int argument, int mask) {
    Dnnl.check(dnnl.dnnl_primitive_attr_set_scales_mask(attributes, argument, mask), "set a scale");
  }

  /** Binds the quantization of a u8 destination for the layer that reads it. */
  void bindQuantization(Execution.Builder execution, PackedDense.Quantization reader) {
    if (columnFactors) {
      execution.with(Kernels.postOpArgument(FACTORS), reader.inputFactor());
    } else {
      execution.with(
          dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_DST,
          Objects.requireNonNull(reader.inputScale()));
    }
  }
}
