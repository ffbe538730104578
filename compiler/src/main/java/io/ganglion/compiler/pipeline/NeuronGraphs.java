package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.backend.neuron.NeuronTarget;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.HeadDense;
import io.ganglion.compiler.partition.TargetOperators;
import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.core.nrt.NeuronProgram;
import io.ganglion.core.nrt.NeuronType;
import io.ganglion.runtime.model.Partition;
import io.ganglion.runtime.model.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Makes the Neuron-compatible graph that the options ask for. */
final class NeuronGraphs {
  private NeuronGraphs() {}

  /**
   * Refuses options that need the graph of a model that has none.
   *
   * @throws CompileException if the options ask for NeuronCores or a SavedModel
   */
  static void requirePossible(CompileOptions options, BertModel model) throws CompileException {
    Optional<String> obstacle = NeuronProgram.obstacle(model.task(), model.dimensions());
    if (obstacle.isPresent()
        && (options.neuron().isPresent() || options.rewriting().emitSavedModel())) {
      throw new CompileException(
          "This model can be compiled for the CPU only: " + obstacle.get() + ".");
    }
  }

  /**
   * Makes the graph of a model at a sequence length; empty if the graph cannot say the model, which
   * only the CPU core runs then.
   *
   * @param precision precision of the artifact; fp32 gives an fp32 graph, bf16 and int8 a graph in
   *     16 bits
   * @throws CompileException if the target cannot run the whole encoder and head
   */
  static Optional<NeuronGraph> of(
      CompileOptions options, BertModel model, Precision precision, int length)
      throws CompileException {
    if (NeuronProgram.obstacle(model.task(), model.dimensions()).isPresent()) {
      return Optional.empty();
    }
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
      requireWhole(target, graph.partition(), model.head().stream().map(HeadDense::name).toList());
    }
    return Optional.of(graph);
  }

  static TargetOperators operators(NeuronTarget target) {
    return switch (target) {
      case INF1 -> TargetOperators.INF1;
      case INF2, TRN1, TRN2 -> TargetOperators.xla(target.toString());
    };
  }

  /** The partition of a model that has no graph: the CPU core runs all but the output. */
  static Partition partitionWithoutGraph(BertModel model) {
    List<String> core = new ArrayList<>(List.of("embeddings"));
    for (int layer = 0; layer < model.layers().size(); layer++) {
      core.add("encoder." + layer);
    }
    model.head().forEach(layer -> core.add(layer.name()));
    return new Partition(
        List.of(model.task().output().name().toLowerCase(Locale.ROOT)), List.copyOf(core));
  }

  /** Requires that encoder and head all run on the core, because they are one program. */
  static void requireWhole(TargetOperators target, Partition partition, List<String> head)
      throws CompileException {
    List<String> left = new ArrayList<>(partition.host());
    left.removeIf(unit -> !unit.startsWith("encoder.") && !head.contains(unit));
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
