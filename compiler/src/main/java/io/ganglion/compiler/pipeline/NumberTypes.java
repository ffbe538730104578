package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.SettingException;
import io.ganglion.core.nrt.NeuronType;

/**
 * In what the encoder computes.
 *
 * @param precision of the artifact, on the CPU core
 * @param graph of the matrix products of the Neuron-compatible graph: of the emitted SavedModel and
 *     of what is compiled for NeuronCores
 */
public record NumberTypes(PrecisionChoice precision, NeuronType graph) {
  public NumberTypes {
    if (precision.candidates().size() == 1
        && (precision == PrecisionChoice.FP32) != (graph == NeuronType.FP32)) {
      throw new SettingException(
          "An artifact in " + precision + " has no graph in " + graph + " beside it.");
    }
  }

  /** With the graph in the artifact's own type, or bf16 where it has none. */
  public static NumberTypes of(PrecisionChoice precision) {
    return new NumberTypes(
        precision, precision == PrecisionChoice.FP32 ? NeuronType.FP32 : NeuronType.BF16);
  }
}
