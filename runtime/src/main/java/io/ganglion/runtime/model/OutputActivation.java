package io.ganglion.runtime.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;

/** How the host turns a row of the head's result into the answer. */
public enum OutputActivation {
  /** Exactly one label applies: probabilities that sum to 1. */
  @JsonProperty("softmax")
  SOFTMAX,
  /** Labels are independent: each has its own probability. */
  @JsonProperty("sigmoid")
  SIGMOID,
  /** A regression or a plain vector: the row is the answer. */
  @JsonProperty("identity")
  IDENTITY,
  /** A vector of length 1. */
  @JsonProperty("l2_norm")
  L2_NORM;

  /** Length by which a shorter vector is divided, so that a zero vector stays zero. */
  private static final double SHORTEST = 1e-12;

  /** The answer for one row, a fresh array. Computed in double. */
  public float[] apply(float[] row) {
    return switch (this) {
      case SOFTMAX -> softmax(row);
      case SIGMOID -> sigmoid(row);
      case IDENTITY -> row.clone();
      case L2_NORM -> unit(row);
    };
  }

  /** The answer for rows of {@code width} values one after the other, a fresh array. */
  public float[] apply(float[] rows, int width) {
    if (rows.length == width) {
      return apply(rows);
    }
    float[] answer = new float[rows.length];
    for (int at = 0; at < rows.length; at += width) {
      float[] row = apply(Arrays.copyOfRange(rows, at, at + width));
      System.arraycopy(row, 0, answer, at, width);
    }
    return answer;
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

  private static float[] unit(float[] row) {
    double squares = 0;
    for (float value : row) {
      squares += (double) value * value;
    }
    double length = Math.max(Math.sqrt(squares), SHORTEST);
    float[] unit = new float[row.length];
    for (int i = 0; i < row.length; i++) {
      unit[i] = (float) (row[i] / length);
    }
    return unit;
  }
}
