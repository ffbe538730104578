package io.ganglion.compiler.rewrite;

import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.partition.PartitionedGraph;
import io.ganglion.compiler.partition.Partitioner;
import io.ganglion.compiler.partition.TargetOperators;
import io.ganglion.compiler.pass.CastLayerNorms;
import io.ganglion.compiler.pass.CastMatrixProducts;
import io.ganglion.compiler.pass.CrudeGelu;
import io.ganglion.compiler.pass.FoldQueryScale;
import io.ganglion.compiler.pass.GraphPass;
import io.ganglion.compiler.pass.GraphPass.Program;
import io.ganglion.compiler.pass.HoistMask;
import io.ganglion.compiler.pass.MergeReshapes;
import io.ganglion.compiler.pass.PruneUnused;
import io.ganglion.compiler.pass.RemoveEqualReshapes;
import io.ganglion.compiler.pass.RemovePassThrough;
import io.ganglion.runtime.model.Partition;
import java.util.ArrayList;
import java.util.List;

/**
 * The Neuron-compatible graph of a model, with the place where each node runs. Immutable.
 *
 * @param program computes probabilities [batch, labels] from int32 inputs [batch, length]
 * @param placed its nodes, placed on the host or the core
 * @param partition the placement of each part, for people
 */
public record NeuronGraph(Program program, PartitionedGraph placed, Partition partition) {
  /**
   * The number types of the encoder.
   *
   * @param products type of its matrix products: FLOAT, BFLOAT16 or HALF
   * @param layerNorms type of its layer norms
   * @param crudeGelu whether GELU becomes {@code x * sigmoid(1.702 x)}
   */
  public record Numerics(ElementType products, ElementType layerNorms, boolean crudeGelu) {}

  /** Builds the graph, rewrites it and places every node. */
  public static NeuronGraph of(
      BertModel model, int length, Numerics numerics, TargetOperators target) {
    Program program = GraphPass.applyAll(passes(numerics), CanonicalGraph.of(model, length));
    PartitionedGraph placed =
        Partitioner.partition(program.graph(), target, logits(model, program));
    return new NeuronGraph(program, placed, partition(model, placed));
  }

  private static TensorRef logits(BertModel model, Program program) {
    Node last = program.graph().node(program.output());
    boolean activates = last.name().startsWith(Units.output(model.task().output().name()));
    return activates ? last.inputs().get(0) : program.output();
  }

  /** The tensor of embeddings that the core reads: [batch, length, hidden], fp32. */
  public TensorRef embeddings() {
    return coreInput(false);
  }

  /** The bias that the core adds to its scores: [batch, 1, 1, length], fp32. */
  public TensorRef maskBias() {
    return coreInput(true);
  }

  private TensorRef coreInput(boolean mask) {
    List<TensorRef> inputs =
        placed.coreInputs().stream()
            .filter(input -> input.node().startsWith(HoistMask.SCOPE) == mask)
            .toList();
    if (inputs.size() != 1) {
      throw new IllegalStateException("The core reads " + placed.coreInputs() + ".");
    }
    return inputs.get(0);
  }

  /**
   * The host's part, with the core's part replaced.
   *
   * @param core nodes that replace the core's part
   * @param result the tensor that the host reads from them
   */
  public Program around(List<Node> core, TensorRef result) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : placed.graph().nodes()) {
      if (!placed.isOnCore(node.name())) {
        nodes.add(
            node.withInputs(
                node.inputs().stream()
                    .map(input -> placed.isOnCore(input.node()) ? result : input)
                    .toList()));
      }
    }
    nodes.addAll(core);
    boolean ends = placed.isOnCore(program.output().node());
    return new Program(Graph.of(nodes), ends ? result : program.output(), program.weights());
  }

  /** The passes in order. Casts come last, so that no other pass has to look through them. */
  static List<GraphPass> passes(Numerics numerics) {
    List<GraphPass> passes = new ArrayList<>();
    passes.add(new HoistMask());
    passes.add(new FoldQueryScale());
    if (numerics.crudeGelu()) {
      passes.add(new CrudeGelu(Units.ENCODER));
    }
    passes.add(new RemovePassThrough());
    passes.add(new MergeReshapes());
    passes.add(new RemoveEqualReshapes());
    passes.add(new RemovePassThrough());
    if (numerics.products() != ElementType.FLOAT) {
      passes.add(new CastMatrixProducts(Units.ENCODER, numerics.products()));
    }
    if (numerics.layerNorms() != ElementType.FLOAT) {
      passes.add(new CastLayerNorms(Units.ENCODER, numerics.layerNorms()));
    }
    passes.add(new PruneUnused());
    return passes;
  }

  /** A part counts as on the core if it has matrix products and all of them run there. */
  private static Partition partition(BertModel model, PartitionedGraph placed) {
    List<String> host = new ArrayList<>();
    List<String> core = new ArrayList<>();
    List<Units.Unit> units =
        Units.of(model.layers().size(), model.headLayers(), model.task().output().name());
    for (Units.Unit unit : units) {
      List<Node> products =
          placed.graph().nodes().stream()
              .filter(node -> node.name().startsWith(unit.scope()) && Partitioner.isProduct(node))
              .toList();
      boolean onCore =
          !products.isEmpty() && products.stream().allMatch(node -> placed.isOnCore(node.name()));
      (onCore ? core : host).add(unit.name());
    }
    return new Partition(host, core);
  }
}
