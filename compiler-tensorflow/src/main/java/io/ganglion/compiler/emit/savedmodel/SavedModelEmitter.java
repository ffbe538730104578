package io.ganglion.compiler.emit.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.backend.neuron.FusedEncoder;
import io.ganglion.compiler.backend.savedmodel.NeuronOpSavedModel;
import io.ganglion.compiler.backend.savedmodel.NeuronSavedModel;
import io.ganglion.compiler.emit.GraphEmitter;
import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.compiler.source.savedmodel.SavedModelOracle;
import io.ganglion.runtime.model.ModelManifest;
import java.nio.file.Path;

/** Writes SavedModels, and runs them in TensorFlow. */
public final class SavedModelEmitter implements GraphEmitter {
  @Override
  public void write(Path directory, NeuronGraph graph, int labels, Progress progress)
      throws CompileException {
    NeuronSavedModel.write(directory, graph, labels, progress);
  }

  @Override
  public void writeFused(
      Path directory,
      NeuronGraph graph,
      ModelManifest manifest,
      FusedEncoder encoder,
      Progress progress)
      throws CompileException {
    NeuronOpSavedModel.write(directory, graph, manifest, encoder, progress);
  }

  @Override
  public Oracle oracle(Path directory, ModelManifest manifest) throws CompileException {
    return SavedModelOracle.ofEmitted(directory, manifest);
  }
}
