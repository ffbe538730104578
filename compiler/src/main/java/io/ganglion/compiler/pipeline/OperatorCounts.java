package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.compiler.source.Source;
import java.util.Optional;

/**
 * Numbers of operators, constants and variables included, counted in the graphs themselves.
 *
 * @param source in the source's graph; empty for a source that is none
 * @param rewritten in the Neuron-compatible graph
 * @param core of these, on the core
 */
public record OperatorCounts(Optional<Source.GraphSize> source, int rewritten, int core) {
  static OperatorCounts of(Source source, NeuronGraph neuron) {
    return new OperatorCounts(
        source.graphSize(), neuron.program().graph().size(), neuron.placed().coreOperators());
  }
}
