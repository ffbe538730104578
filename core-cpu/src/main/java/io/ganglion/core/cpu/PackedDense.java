package io.ganglion.core.cpu;

import io.ganglion.runtime.model.Precision;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * A dense layer's weights as kernels read them, shared by all cores: nobody writes to them.
 *
 * @param name as the weight schema spells it
 * @param inputs rows of the weight
 * @param columns of the input as its kernel reads it: those beyond {@code inputs} are zero
 * @param outputs columns of the weight
 * @param precision in which it runs here
 * @param layout of {@code weights}
 * @param weights packed
 * @param bias fp32, one an output
 * @param quantization of an int8 layer
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
   * How an int8 layer's input is quantized, and what its results are multiplied by.
   *
   * @param weightScale one an output
   * @param inputFactor what each column of the input is multiplied by, [1, inputs]
   * @param inputScale the reciprocal of these factors where they are all the same
   * @param inputZero what is then added, [1, inputs], after a GELU; otherwise it is the middle. The
   *     bias makes up for it
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
