package io.ganglion.compiler.backend.neuron;

import io.ganglion.compiler.CompileException;

/** The fp32 values of the model's tensors, by the names of the artifact's weight schema. */
@FunctionalInterface
public interface WeightSource {
  /**
   * All values, row-major, a fresh array. They are read on each call, so that only one tensor is in
   * memory.
   */
  float[] read(String name) throws CompileException;
}
