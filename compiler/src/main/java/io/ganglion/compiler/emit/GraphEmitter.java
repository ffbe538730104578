package io.ganglion.compiler.emit;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.NeedsTensorFlow;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.backend.neuron.FusedEncoder;
import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.runtime.model.ModelManifest;
import java.nio.file.Path;
import java.util.ServiceLoader;

/**
 * Writes the rewritten graph as a SavedModel, and runs what was written. It needs TensorFlow, so it
 * is found by {@link ServiceLoader} and not in every program. Stateless.
 */
public interface GraphEmitter {
  /**
   * The emitter of this program.
   *
   * @param purpose what needs it, the subject of a sentence
   * @throws CompileException if this program has none
   */
  static GraphEmitter installed(String purpose) throws CompileException {
    return ServiceLoader.load(GraphEmitter.class)
        .findFirst()
        .orElseThrow(() -> NeedsTensorFlow.failure(purpose));
  }

  /**
   * Writes a graph with its weights into a directory that must not exist.
   *
   * @param labels number of columns of the answer
   */
  void write(Path directory, NeuronGraph graph, int labels, Progress progress)
      throws CompileException;

  /** The same for TensorFlow-Neuron, with the compiled encoder in the place of its operators. */
  void writeFused(
      Path directory,
      NeuronGraph graph,
      ModelManifest manifest,
      FusedEncoder encoder,
      Progress progress)
      throws CompileException;

  /** Runs what {@link #write} has written. */
  Oracle oracle(Path directory, ModelManifest manifest) throws CompileException;
}
