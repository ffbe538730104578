package io.ganglion.compiler.backend.neuron;

import io.ganglion.compiler.CompileException;
import java.nio.file.Path;

/** Writes the encoder as a serialized HloModuleProto, the input of neuronx-cc. */
final class HloEncoderEmitter {
  private HloEncoderEmitter() {}

  /** Writes the file and reads the weights meanwhile, one at a time. */
  static void emit(EncoderShape shape, WeightSource weights, Path file) throws CompileException {
    HloModule module = new HloModule();
    new HloOps(shape, module, weights).emit();
    module.write(file);
  }
}
