package io.ganglion.runtime.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The number format of the encoder's matrix multiplications; all else is fp32. */
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

  /** As the manifest, the flags and the wire spell it. */
  @Override
  public String toString() {
    return text;
  }
}
