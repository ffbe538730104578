package io.ganglion.runtime.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which rows of the encoder's result the head reads. */
public enum Pooling {
  /** The first token's row, for each request. */
  @JsonProperty("first")
  FIRST,
  /** The mean of all tokens' rows, for each request. */
  @JsonProperty("mean")
  MEAN,
  /** The largest value of each column over all tokens, for each request. */
  @JsonProperty("max")
  MAX,
  /** Every token's own row. */
  @JsonProperty("none")
  NONE
}
