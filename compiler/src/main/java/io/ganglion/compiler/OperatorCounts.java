package io.ganglion.compiler;

import io.ganglion.compiler.pass.GraphPass;
import io.ganglion.compiler.pass.PruneUnused;
import io.ganglion.compiler.recognise.Recognised;
import io.ganglion.compiler.savedmodel.SourceModel;
import io.ganglion.compiler.target.savedmodel.NeuronGraph;
import io.ganglion.compiler.target.savedmodel.NeuronSavedModel;
import io.ganglion.runtime.artifact.ModelManifest;

/**
 * Numbers of operators, constants and variables included.
 *
 * @param source all of the source's graph
 * @param inference what is left without training, naming and duplicate reshapes
 * @param rewritten in the Neuron-compatible graph
 * @param core of these, on the core
 */
public record OperatorCounts(int source, int inference, int rewritten, int core) {
  static OperatorCounts of(SourceModel source, Recognised recognised, ModelManifest manifest) {
    GraphPass.Program cleaned =
        GraphPass.applyAll(
            GraphPass.cleaning(),
            new GraphPass.Program(source.graph(), recognised.call().output().flat()));
    GraphPass.Program rewritten = new PruneUnused().apply(NeuronSavedModel.program(manifest));
    int core =
        (int)
            rewritten.graph().nodes().stream()
                .filter(node -> node.name().startsWith(NeuronGraph.CORE))
                .count();
    return new OperatorCounts(
        source.graph().size(), cleaned.graph().size(), rewritten.graph().size(), core);
  }
}
