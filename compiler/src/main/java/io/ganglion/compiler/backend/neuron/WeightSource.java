package io.ganglion.compiler.backend.neuron;

import io.ganglion.compiler.CompileException;

/** The fp32 values of the model's tensors, by the names of the artifact's weight schema. */
@FunctionalInterface
public interface WeightSource {
  /**
   * All values, row-major, a fresh array; read when needed, so that one tensor is held at a time.
   */
  float[] read(String name) throws CompileException;
}
