package io.ganglion.core.cpu;

import java.util.function.Consumer;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/** Compiles the oneDNN operations of an encoder, except {@link MatmulShape}, each for one shape. */
final class Kernels {
  private Kernels() {}

  /** Layer normalization over the last axis of [rows, columns], in fp32. */
  static Primitive layerNorm(
      NativeScope scope, Scratch scratch, long rows, long columns, float epsilon) {
    dnnl_memory_desc shape = scope.dense(DnnlType.F32, rows, columns);
    return Primitive.create(
        scope,
        scratch,
        "layer norm",
        attributes -> {},
        (desc, attributes) ->
            dnnl.dnnl_layer_normalization_forward_primitive_desc_create(
                desc,
                Dnnl.engine(),
                dnnl.dnnl_forward_inference,
                shape,
                shape,
                null,
                epsilon,
                dnnl.dnnl_use_scale | dnnl.dnnl_use_shift,
                attributes));
  }

  /** Softmax over the last axis of [heads, length, length]. */
  static Primitive softmax(
      NativeScope scope, Scratch scratch, dnnl_memory_desc from, dnnl_memory_desc to) {
    return Primitive.create(
        scope,
        scratch,
        "softmax",
        attributes -> {},
        (desc, attributes) ->
            dnnl.dnnl_softmax_forward_primitive_desc_create(
                desc,
                Dnnl.engine(),
                dnnl.dnnl_forward_inference,
                dnnl.dnnl_softmax_accurate,
                from,
                to,
                2,
                attributes));
  }

  /** Batched product of two tensors of three axes, plus {@code bias} if there is one. */
  static Primitive batchedMatmul(
      NativeScope scope,
      Scratch scratch,
      dnnl_memory_desc left,
      dnnl_memory_desc right,
      @Nullable dnnl_memory_desc bias,
      dnnl_memory_desc result) {
    return Primitive.create(
        scope,
        scratch,
        "attention product",
        attributes -> {},
        (desc, attributes) ->
            dnnl.dnnl_matmul_primitive_desc_create(
                desc, Dnnl.engine(), left, right, bias, result, attributes));
  }

  /** A conversion of type and layout. */
  static Primitive reorder(
      NativeScope scope, Scratch scratch, dnnl_memory_desc from, dnnl_memory_desc to) {
    return Primitive.create(
        scope,
        scratch,
        "reorder",
        attributes -> {},
        (desc, attributes) ->
            dnnl.dnnl_reorder_primitive_desc_create(
                desc, from, Dnnl.engine(), to, Dnnl.engine(), attributes));
  }

  /**
   * Product of [rows, columns] with factors, plus a zero point, rounded and saturated to u8.
   *
   * @param ofRows whether each row has its factor, otherwise each column
   */
  static Primitive quantize(
      NativeScope scope,
      Scratch scratch,
      DnnlType from,
      long rows,
      long columns,
      boolean ofRows,
      int zero) {
    dnnl_memory_desc source = scope.dense(from, rows, columns);
    dnnl_memory_desc factors =
        ofRows ? scope.dense(DnnlType.F32, rows, 1) : scope.dense(DnnlType.F32, 1, columns);
    dnnl_memory_desc target = scope.dense(DnnlType.U8, rows, columns);
    return Primitive.create(
        scope,
        scratch,
        "quantization",
        attributes -> setPostOps(attributes, chain -> appendSum(chain, zero)),
        (desc, attributes) ->
            dnnl.dnnl_binary_primitive_desc_create(
                desc, Dnnl.engine(), dnnl.dnnl_binary_mul, source, factors, target, attributes));
  }

  /** The magnitudes of [rows, columns]. */
  static Primitive magnitudes(
      NativeScope scope, Scratch scratch, DnnlType type, long rows, long columns) {
    dnnl_memory_desc shape = scope.dense(type, rows, columns);
    return Primitive.create(
        scope,
        scratch,
        "magnitudes",
        attributes -> {},
        (desc, attributes) ->
            dnnl.dnnl_eltwise_forward_primitive_desc_create(
                desc,
                Dnnl.engine(),
                dnnl.dnnl_forward_inference,
                dnnl.dnnl_eltwise_abs,
                shape,
                shape,
                0,
                0,
                attributes));
  }

  /**
   * Partial maxima of each row, [rows, parts]: of every {@code parts}th value. It is a pooling,
   * which is three times as fast as oneDNN's reduction to one value a row.
   */
  static Primitive peaks(
      NativeScope scope, Scratch scratch, DnnlType type, long rows, long columns, long parts) {
    dnnl_memory_desc from = inParts(scope, type, rows, columns, parts);
    dnnl_memory_desc to = inParts(scope, type, rows, parts, parts);
    long[] whole = {columns / parts};
    long[] none = {0};
    return Primitive.create(
        scope,
        scratch,
        "maxima",
        attributes -> {},
        (desc, attributes) ->
            dnnl.dnnl_pooling_forward_primitive_desc_create(
                desc,
                Dnnl.engine(),
                dnnl.dnnl_forward_inference,
                dnnl.dnnl_pooling_max,
                from,
                to,
                whole,
                whole,
                none,
                none,
                none,
                attributes));
  }

  /** Dense [rows, columns] seen as [rows, parts, columns / parts]; a part's values are apart. */
  static dnnl_memory_desc inParts(
      NativeScope scope, DnnlType type, long rows, long columns, long parts) {
    return scope.strided(
        type, new long[] {rows, parts, columns / parts}, new long[] {columns, 1, parts});
  }

  /** Sets the post-ops that {@code append} adds. */
  static void setPostOps(dnnl_primitive_attr attributes, Consumer<dnnl_post_ops> append) {
    dnnl_post_ops chain = new dnnl_post_ops();
    Dnnl.check(dnnl.dnnl_post_ops_create(chain), "make post-ops");
    try {
      append.accept(chain);
      Dnnl.check(dnnl.dnnl_primitive_attr_set_post_ops(attributes, chain), "set post-ops");
    } finally {
      dnnl.dnnl_post_ops_destroy(chain);
    }
  }

  /** Appends a sum with a number. */
  static void appendSum(dnnl_post_ops chain, float summand) {
    Dnnl.check(
        dnnl.dnnl_post_ops_append_eltwise(chain, dnnl.dnnl_eltwise_linear, 1f, summand),
        "append a sum");
  }

  /** Appends a product with or a sum with a tensor. */
  static void appendBinary(dnnl_post_ops chain, int algorithm, dnnl_memory_desc operand) {
    Dnnl.check(
        dnnl.dnnl_post_ops_append_binary(chain, algorithm, operand), "append a product or a sum");
  }

  /** The argument number of the tensor that post-op {@code index} reads. */
  static int postOpArgument(int index) {
    return dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * (index + 1) | dnnl.DNNL_ARG_SRC_1;
  }
}
