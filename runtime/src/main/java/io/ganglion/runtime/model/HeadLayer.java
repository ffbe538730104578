package io.ganglion.runtime.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One dense layer after the pooled output: {@code y = activation(x * weight + bias)}, with fp32
 * tensors {@code <name>.weight} [inputs, outputs] and {@code <name>.bias} [outputs]. The host runs
 * it. The compiler folds an inference batch norm into the dense layer beside it. Where there is
 * none, the batch norm becomes a dense layer with a diagonal weight.
 *
 * @param name prefix of its tensors
 * @param inputs columns read
 * @param outputs columns written
 * @param activation applied last
 */
public record HeadLayer(String name, int inputs, int outputs, Activation activation) {
  /** Element-wise functions a head layer may end with. */
  public enum Activation {
    @JsonProperty("none")
    NONE,
    @JsonProperty("tanh")
    TANH,
    @JsonProperty("relu")
    RELU,
    @JsonProperty("gelu_erf")
    GELU_ERF,
    @JsonProperty("gelu_tanh")
    GELU_TANH,
    @JsonProperty("sigmoid")
    SIGMOID
  }

  public HeadLayer {
    if (inputs < 1 || outputs < 1) {
      throw new IllegalArgumentException(
          "Head layer " + name + " has no size: [" + inputs + ", " + outputs + "]");
    }
  }
}
