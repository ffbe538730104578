package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.partition.PartitionedGraph;
import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.compiler.source.Source;
import java.util.Optional;

/**
 * The operators of the actual graphs, including constants and variables.
 *
 * @param source number in the source's graph; empty if the source is not a graph
 * @param rewritten number in the Neuron-compatible graph
 * @param core number of these that run on the core
 * @param work on the core and on the host
 */
public record OperatorCounts(
    Optional<Source.GraphSize> source, int rewritten, int core, PartitionedGraph.Work work) {
  static OperatorCounts of(Source source, NeuronGraph neuron) {
    return new OperatorCounts(
        source.graphSize(),
        neuron.program().graph().size(),
        neuron.placed().coreOperators(),
        neuron.placed().work());
  }
}
