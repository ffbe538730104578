package io.ganglion.compiler.backend.neuron;

import io.ganglion.core.nrt.NeuronType;
import io.ganglion.runtime.model.ModelManifest;

/**
 * A program to emit: a model at a fixed batch size and length.
 *
 * @param manifest gives dimensions, activation, epsilon and head
 * @param type type of the inputs and of the encoder's matrix multiplications
 * @param norms type of the encoder's layer norms, except their sums; everything else is fp32
 * @param batchSize number of rows
 * @param length tokens in each row
 */
record EncoderShape(
    ModelManifest manifest, NeuronType type, NeuronType norms, int batchSize, int length) {
  EncoderShape {
    if (batchSize < 1 || length < 1 || length > manifest.dimensions().maxPositions()) {
      throw new IllegalArgumentException(
          "No program for " + batchSize + " x " + length + " tokens of " + manifest.dimensions());
    }
  }

  int hidden() {
    return manifest.dimensions().hiddenSize();
  }

  int rows() {
    return Math.multiplyExact(batchSize, length);
  }
}
