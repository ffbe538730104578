package io.ganglion.runtime.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the host applies to a row of logits to make the answer. */
public enum OutputActivation {
  /** One label of several: probabilities that sum to 1. */
  @JsonProperty("softmax")
  SOFTMAX,
  /** Labels independent of each other: each a probability. */
  @JsonProperty("sigmoid")
  SIGMOID,
  /** A regression: the logits are the answer. */
  @JsonProperty("identity")
  IDENTITY;

  /** Applies to one row of logits; computed in double, a fresh array. */
  public float[] apply(float[] logits) {
    return switch (this) {
      case SOFTMAX -> softmax(logits);
      case SIGMOID -> sigmoid(logits);
      case IDENTITY -> logits.clone();
    };
  }

  private static float[] softmax(float[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    float[] probabilities = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = (float) (Math.exp(logits[i] - max) / sum);
    }
    return probabilities;
  }

  private static float[] sigmoid(float[] logits) {
    float[] probabilities = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = (float) (1 / (1 + Math.exp(-(double) logits[i])));
    }
    return probabilities;
  }
}
