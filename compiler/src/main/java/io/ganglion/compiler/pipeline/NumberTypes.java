package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.SettingException;
import io.ganglion.core.nrt.NeuronType;

/**
 * The number types in which the encoder computes.
 *
 * @param precision precision of the artifact, on the CPU core
 * @param graph type of the matrix products in the emitted SavedModel and in the program for
 *     NeuronCores
 */
public record NumberTypes(PrecisionChoice precision, NeuronType graph) {
  public NumberTypes {
    if (precision.candidates().size() == 1
        && (precision == PrecisionChoice.FP32) != (graph == NeuronType.FP32)) {
      throw new SettingException(
          "An artifact in " + precision + " has no graph in " + graph + " beside it.");
    }
  }

  /** The graph has the artifact's type if that is fp32 or bf16, otherwise bf16. */
  public static NumberTypes of(PrecisionChoice precision) {
    return new NumberTypes(
        precision, precision == PrecisionChoice.FP32 ? NeuronType.FP32 : NeuronType.BF16);
  }
}
