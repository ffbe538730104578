package io.ganglion.runtime.core.cpu;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;

/** The oneDNN operations of an encoder besides {@link MatmulShape}, each compiled for one shape. */
final class Kernels {
  private Kernels() {}

  /** Layer normalization over the last axis of [rows, columns], from and to the same type. */
  static Primitive layerNorm(
      NativeScope scope,
      Scratch scratch,
      long rows,
      long columns,
      DnnlType from,
      DnnlType to,
      float epsilon) {
    dnnl_memory_desc source = scope.dense(from, rows, columns);
    dnnl_memory_desc destination = scope.dense(to, rows, columns);
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
                source,
                destination,
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

  /** Batched product of two tensors of three axes. */
  static Primitive batchedMatmul(
      NativeScope scope,
      Scratch scratch,
      dnnl_memory_desc left,
      dnnl_memory_desc right,
      dnnl_memory_desc result) {
    return Primitive.create(
        scope,
        scratch,
        "attention product",
        attributes -> {},
        (desc, attributes) ->
            dnnl.dnnl_matmul_primitive_desc_create(
                desc, Dnnl.engine(), left, right, null, result, attributes));
  }

  /** Conversion of type and layout. */
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

  /** Product of [rows, columns] with one factor a column, rounded and saturated to s8. */
  static Primitive quantize(
      NativeScope scope, Scratch scratch, DnnlType from, long rows, long columns) {
    dnnl_memory_desc source = scope.dense(from, rows, columns);
    dnnl_memory_desc factors = scope.dense(DnnlType.F32, 1, columns);
    dnnl_memory_desc target = scope.dense(DnnlType.S8, rows, columns);
    return Primitive.create(
        scope,
        scratch,
        "quantization",
        attributes -> {},
        (desc, attributes) ->
            dnnl.dnnl_binary_primitive_desc_create(
                desc, Dnnl.engine(), dnnl.dnnl_binary_mul, source, factors, target, attributes));
  }
}
