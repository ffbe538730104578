package io.ganglion.core.cpu;

import io.ganglion.runtime.model.Activation;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.global.dnnl;

/** An operation on each result of a matrix multiplication before it is stored. */
enum PostOp {
  NONE(Activation.NONE),
  /** Adds the destination's previous value: the residual connection. */
  ADD_DESTINATION(Activation.NONE),
  TANH(Activation.TANH),
  RELU(Activation.RELU),
  SIGMOID(Activation.SIGMOID),
  SILU(Activation.SILU),
  GELU_ERF(Activation.GELU_ERF),
  GELU_TANH(Activation.GELU_TANH),
  GELU_SIGMOID(Activation.GELU_SIGMOID);

  private static final float CRUDE_GELU_SLOPE = 1.702f;

  private final Activation activation;

  PostOp(Activation activation) {
    this.activation = activation;
  }

  static PostOp of(Activation activation) {
    return switch (activation) {
      case NONE -> NONE;
      case TANH -> TANH;
      case RELU -> RELU;
      case SIGMOID -> SIGMOID;
      case SILU -> SILU;
      case GELU_ERF -> GELU_ERF;
      case GELU_TANH -> GELU_TANH;
      case GELU_SIGMOID -> GELU_SIGMOID;
    };
  }

  /** A lower bound of its results. */
  float lowest() {
    return activation.lowest();
  }

  void appendTo(dnnl_post_ops chain) {
    switch (this) {
      case NONE -> {}
      case ADD_DESTINATION ->
          Dnnl.check(
              dnnl.dnnl_post_ops_append_sum(chain, 1f, 0, dnnl.dnnl_data_type_undef),
              "append a sum");
      case TANH -> eltwise(chain, dnnl.dnnl_eltwise_tanh, 0);
      case RELU -> eltwise(chain, dnnl.dnnl_eltwise_relu, 0);
      case SIGMOID -> eltwise(chain, dnnl.dnnl_eltwise_logistic, 0);
      case SILU -> eltwise(chain, dnnl.dnnl_eltwise_swish, 1);
      case GELU_ERF -> eltwise(chain, dnnl.dnnl_eltwise_gelu_erf, 0);
      case GELU_TANH -> eltwise(chain, dnnl.dnnl_eltwise_gelu_tanh, 0);
      case GELU_SIGMOID -> eltwise(chain, dnnl.dnnl_eltwise_swish, CRUDE_GELU_SLOPE);
    }
  }

  private static void eltwise(dnnl_post_ops chain, int algorithm, float alpha) {
    Dnnl.check(
        dnnl.dnnl_post_ops_append_eltwise(chain, algorithm, alpha, 0f), "append an activation");
  }
}
