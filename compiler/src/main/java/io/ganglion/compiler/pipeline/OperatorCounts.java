package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.pass.GraphPass;
import io.ganglion.compiler.recognise.Recognised;
import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.compiler.savedmodel.SourceModel;

/**
 * Numbers of operators, constants and variables included, counted in the graphs themselves.
 *
 * @param source all of the source's graph
 * @param inference what is left without training, naming and duplicate reshapes
 * @param rewritten in the Neuron-compatible graph
 * @param core of these, on the core
 */
public record OperatorCounts(int source, int inference, int rewritten, int core) {
  static OperatorCounts of(SourceModel source, Recognised recognised, NeuronGraph neuron) {
    GraphPass.Program cleaned =
        GraphPass.applyAll(
            GraphPass.cleaning(),
            new GraphPass.Program(source.graph(), recognised.call().output().flat()));
    return new OperatorCounts(
        source.graph().size(),
        cleaned.graph().size(),
        neuron.program().graph().size(),
        neuron.placed().coreOperators());
  }
}
