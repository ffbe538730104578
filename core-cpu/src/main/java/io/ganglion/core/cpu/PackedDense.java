package io.ganglion.core.cpu;

import io.ganglion.runtime.model.Precision;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * A dense layer's weights in the form that kernels read. All cores share them, and nobody writes to
 * them.
 *
 * @param name its name in the weight schema
 * @param inputs number of rows of the weight
 * @param columns number of input columns that its kernel reads; those after {@code inputs} are zero
 * @param outputs number of columns of the weight
 * @param precision the precision in which it runs here
 * @param layout layout of {@code weights}
 * @param weights packed weights
 * @param bias bias of each output, fp32
 * @param quantization quantization of an int8 layer; otherwise null
 */
record PackedDense(
    String name,
    int inputs,
    int columns,
    int outputs,
    Precision precision,
    dnnl_memory_desc layout,
    dnnl_memory weights,
    dnnl_memory bias,
    @Nullable Quantization quantization) {

  /**
   * How an int8 layer's input is quantized and its results are scaled.
   *
   * @param weightScale scale of each output
   * @param inputFactor factor of each input column, [1, inputs]
   * @param inputScale reciprocal of these factors if all are equal; otherwise null
   * @param inputZero zero point of each input column, [1, inputs], if the input is an activation's
   *     result; if null, all are the middle. The bias compensates for it
   */
  record Quantization(
      dnnl_memory weightScale,
      dnnl_memory inputFactor,
      @Nullable dnnl_memory inputScale,
      @Nullable dnnl_memory inputZero) {}

  /** Type of the input that its kernel reads. */
  DnnlType source() {
    return source(precision);
  }

  /** Type of the inputs of a matrix of a precision. */
  static DnnlType source(Precision precision) {
    return switch (precision) {
      case FP32 -> DnnlType.F32;
      case BF16 -> DnnlType.BF16;
      case INT8 -> DnnlType.U8;
    };
  }

  /** Binds the weights to a kernel; the caller adds source and destination. */
  Execution.Builder bind(Primitive kernel) {
    Execution.Builder execution =
        Execution.of(kernel).with(dnnl.DNNL_ARG_WEIGHTS, weights).with(dnnl.DNNL_ARG_BIAS, bias);
    if (quantization != null) {
      execution.with(dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_WEIGHTS, quantization.weightScale());
    }
    return execution;
  }
}
