package io.ganglion.runtime.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The number format of the encoder's matrix multiplications. Everything else is fp32. */
public enum Precision {
  @JsonProperty("fp32")
  FP32("fp32"),
  @JsonProperty("bf16")
  BF16("bf16"),
  @JsonProperty("int8")
  INT8("int8");

  private final String text;

  Precision(String text) {
    this.text = text;
  }

  /** The name in manifests, flags and wire messages. */
  @Override
  public String toString() {
    return text;
  }
}
