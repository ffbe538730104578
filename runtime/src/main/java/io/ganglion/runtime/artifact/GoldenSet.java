package io.ganglion.runtime.artifact;

import io.ganglion.runtime.text.TokenSequence;
import java.util.List;

/**
 * Inputs with the logits of the source model. Every core must reproduce them before it serves.
 *
 * @param inputs at least one
 * @param logits one row for each input, one column for each label
 */
public record GoldenSet(List<TokenSequence> inputs, List<float[]> logits) {
  public GoldenSet {
    inputs = List.copyOf(inputs);
    logits = List.copyOf(logits);
    if (inputs.isEmpty() || inputs.size() != logits.size()) {
      throw new IllegalArgumentException(
          "A golden set needs as many rows of logits as inputs, at least one: "
              + logits.size()
              + " and "
              + inputs.size());
    }
  }
}
