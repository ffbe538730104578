package io.ganglion.runtime.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** An element-wise function after a dense layer, in the encoder or in the head. */
public enum Activation {
  @JsonProperty("none")
  NONE(Float.NEGATIVE_INFINITY),
  @JsonProperty("tanh")
  TANH(-1),
  @JsonProperty("relu")
  RELU(0),
  @JsonProperty("sigmoid")
  SIGMOID(0),
  /** {@code x * sigmoid(x)}, also called swish */
  @JsonProperty("silu")
  SILU(-0.279f),
  /** {@code x * 0.5 * (1 + erf(x / sqrt(2)))} */
  @JsonProperty("gelu_erf")
  GELU_ERF(Activation.LOWEST_GELU),
  /** {@code x * 0.5 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))} */
  @JsonProperty("gelu_tanh")
  GELU_TANH(Activation.LOWEST_GELU),
  /** {@code x * sigmoid(1.702 x)}, the demo's "crude" form */
  @JsonProperty("gelu_sigmoid")
  GELU_SIGMOID(Activation.LOWEST_GELU);

  private static final float LOWEST_GELU = -0.171f;

  private final float lowest;

  Activation(float lowest) {
    this.lowest = lowest;
  }

  /** A lower bound of its results. */
  public float lowest() {
    return lowest;
  }

  /** Whether it is a form of GELU. */
  public boolean isGelu() {
    return switch (this) {
      case GELU_ERF, GELU_TANH, GELU_SIGMOID -> true;
      case NONE, TANH, RELU, SIGMOID, SILU -> false;
    };
  }
}
