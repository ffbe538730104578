package io.ganglion.core.cpu;

import io.ganglion.runtime.model.Gelu;
import io.ganglion.runtime.model.HeadLayer;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.global.dnnl;

/** An operation on each result of a matrix multiplication before it is stored. */
enum PostOp {
  NONE,
  /** Adds the destination's previous value: the residual connection. */
  ADD_DESTINATION,
  GELU_ERF,
  GELU_TANH,
  /** {@code x * sigmoid(1.702 x)} */
  GELU_SIGMOID,
  TANH,
  RELU,
  SIGMOID;

  private static final float CRUDE_GELU_SLOPE = 1.702f;

  static PostOp of(Gelu gelu) {
    return switch (gelu) {
      case ERF -> GELU_ERF;
      case TANH -> GELU_TANH;
      case SIGMOID -> GELU_SIGMOID;
    };
  }

  static PostOp of(HeadLayer.Activation activation) {
    return switch (activation) {
      case NONE -> NONE;
      case TANH -> TANH;
      case RELU -> RELU;
      case GELU_ERF -> GELU_ERF;
      case GELU_TANH -> GELU_TANH;
      case SIGMOID -> SIGMOID;
    };
  }

  void appendTo(dnnl_post_ops chain) {
    switch (this) {
      case NONE -> {}
      case ADD_DESTINATION ->
          Dnnl.check(
              dnnl.dnnl_post_ops_append_sum(chain, 1f, 0, dnnl.dnnl_data_type_undef),
              "append a sum");
      case GELU_ERF -> eltwise(chain, dnnl.dnnl_eltwise_gelu_erf, 0);
      case GELU_TANH -> eltwise(chain, dnnl.dnnl_eltwise_gelu_tanh, 0);
      case GELU_SIGMOID -> eltwise(chain, dnnl.dnnl_eltwise_swish, CRUDE_GELU_SLOPE);
      case TANH -> eltwise(chain, dnnl.dnnl_eltwise_tanh, 0);
      case RELU -> eltwise(chain, dnnl.dnnl_eltwise_relu, 0);
      case SIGMOID -> eltwise(chain, dnnl.dnnl_eltwise_logistic, 0);
    }
  }

  private static void eltwise(dnnl_post_ops chain, int algorithm, float alpha) {
    Dnnl.check(
        dnnl.dnnl_post_ops_append_eltwise(chain, algorithm, alpha, 0f), "append an activation");
  }
}
