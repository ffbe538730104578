package io.ganglion.compiler.backend.cpu;

import io.ganglion.compiler.CompileException;

/** Reads a tensor of the weight schema as fp32, a fresh array. */
@FunctionalInterface
public interface WeightReader {
  float[] read(String name) throws CompileException;
}
