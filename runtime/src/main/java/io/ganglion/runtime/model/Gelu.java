package io.ganglion.runtime.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The form of GELU that the encoder uses. */
public enum Gelu {
  /** {@code x * 0.5 * (1 + erf(x / sqrt(2)))} */
  @JsonProperty("erf")
  ERF,
  /** {@code x * 0.5 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))} */
  @JsonProperty("tanh")
  TANH,
  /** {@code x * sigmoid(1.702 x)}, the demo's "crude" form */
  @JsonProperty("sigmoid")
  SIGMOID
}
