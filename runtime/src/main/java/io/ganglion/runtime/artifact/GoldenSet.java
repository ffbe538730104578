package io.ganglion.runtime.artifact;

import io.ganglion.runtime.text.TokenSequence;
import java.util.List;

/**
 * Inputs with the outputs of the source model. Every core must reproduce them before it serves.
 *
 * @param inputs at least one
 * @param outputs what the source's head gave for each input: a row, or a row for each token
 */
public record GoldenSet(List<TokenSequence> inputs, List<float[]> outputs) {
  public GoldenSet {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    if (inputs.isEmpty() || inputs.size() != outputs.size()) {
      throw new IllegalArgumentException(
          "A golden set needs as many outputs as inputs, at least one: "
              + outputs.size()
              + " and "
              + inputs.size());
    }
  }
}
