package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.backend.neuron.NeuronTarget;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.partition.TargetOperators;
import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.core.nrt.NeuronType;
import io.ganglion.runtime.model.Partition;
import io.ganglion.runtime.model.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Makes the Neuron-compatible graph that the options ask for. */
final class NeuronGraphs {
  private NeuronGraphs() {}

  /**
   * Makes the graph of a model at a sequence length.
   *
   * @param precision precision of the artifact; fp32 gives an fp32 graph, bf16 and int8 a graph in
   *     16 bits
   * @throws CompileException if the target cannot run the whole encoder, pooler and head
   */
  static NeuronGraph of(CompileOptions options, BertModel model, Precision precision, int length)
      throws CompileException {
    ElementType products =
        precision == Precision.FP32
            ? ElementType.FLOAT
            : options.types().graph() == NeuronType.FP16 ? ElementType.HALF : ElementType.BFLOAT16;
    NeuronGraph.Numerics numerics =
        new NeuronGraph.Numerics(
            products,
            options.rewriting().narrowLayerNorms() ? products : ElementType.FLOAT,
            options.rewriting().crudeGelu());
    TargetOperators target =
        options.neuron().map(neuron -> operators(neuron.target())).orElse(TargetOperators.CPU);
    NeuronGraph graph = NeuronGraph.of(model, length, numerics, target);
    if (options.neuron().isPresent()) {
      requireWhole(target, graph.partition());
    }
    return graph;
  }

  static TargetOperators operators(NeuronTarget target) {
    return switch (target) {
      case INF1 -> TargetOperators.INF1;
      case INF2, TRN1, TRN2 -> TargetOperators.xla(target.toString());
    };
  }

  /** Requires that encoder, pooler and head all run on the core, because they are one program. */
  static void requireWhole(TargetOperators target, Partition partition) throws CompileException {
    List<String> left = new ArrayList<>(partition.host());
    left.removeIf(
        unit ->
            !unit.startsWith("encoder.") && !unit.startsWith("head.") && !unit.equals("pooler"));
    if (!left.isEmpty()) {
      throw new CompileException(
          "The target "
              + target.target()
              + " cannot run "
              + String.join(", ", left)
              + " of this model; the operators it can run are "
              + String.join(", ", new TreeSet<>(target.operators()))
              + ".");
    }
  }
}
