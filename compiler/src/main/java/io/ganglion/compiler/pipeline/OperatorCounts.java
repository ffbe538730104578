package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.compiler.source.Source;
import java.util.Optional;

/**
 * Numbers of operators in the actual graphs, including constants and variables.
 *
 * @param source number in the source's graph; empty if the source is not a graph
 * @param rewritten number in the Neuron-compatible graph
 * @param core number of these that run on the core
 */
public record OperatorCounts(Optional<Source.GraphSize> source, int rewritten, int core) {
  static OperatorCounts of(Source source, NeuronGraph neuron) {
    return new OperatorCounts(
        source.graphSize(), neuron.program().graph().size(), neuron.placed().coreOperators());
  }
}
