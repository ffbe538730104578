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
 * @param bias what the kernel adds to each output, fp32: the layer's bias, unless the stream has it
 *     already, less what the inputs' zero points add
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

  /** How an int8 layer's input is quantized and its results are scaled. */
  sealed interface Quantization {
    /** Scale of each output. */
    dnnl_memory weightScale();
  }

  /**
   * Columns have scales that were chosen beforehand. All have the middle step as zero.
   *
   * @param inputFactor factor of each input column, [1, inputs]
   */
  record ByColumn(dnnl_memory weightScale, dnnl_memory inputFactor) implements Quantization {}

  /**
   * Each token has a scale of its own, found when it runs. The kernel multiplies by it after all
   * that it adds, so the layer's bias lies in the residual stream already: the layer norm before
   * has added it, and the matrix that read the stream in between made up for it.
   *
   * @param range how a token's values spread over the steps
   */
  record ByToken(dnnl_memory weightScale, TokenRange range) implements Quantization {}

  /** The quantization of a layer whose tokens have their own scales; otherwise null. */
  @Nullable ByToken tokens() {
    return quantization instanceof ByToken tokens ? tokens : null;
  }

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
