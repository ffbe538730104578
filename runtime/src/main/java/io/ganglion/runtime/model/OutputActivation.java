package io.ganglion.runtime.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the host turns a row of logits into the answer. */
public enum OutputActivation {
  /** Exactly one label applies: probabilities that sum to 1. */
  @JsonProperty("softmax")
  SOFTMAX,
  /** Labels are independent: each has its own probability. */
  @JsonProperty("sigmoid")
  SIGMOID,
  /** A regression: the logits are the answer. */
  @JsonProperty("identity")
  IDENTITY;

  /** The answer for one row of logits, a fresh array. Computed in double. */
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
