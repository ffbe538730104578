package io.ganglion.compiler.pass;

import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.model.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A rewrite of a graph that computes one tensor. Stateless, thread-safe. */
@FunctionalInterface
public interface GraphPass {
  /**
   * A graph and the tensor that it is to compute. Immutable.
   *
   * @param graph all nodes
   * @param output the wanted tensor
   * @param weights values of its variables by name, read on demand; may hold others too
   */
  record Program(Graph graph, TensorRef output, Map<String, Weight> weights) {
    public Program {
      weights = Map.copyOf(weights);
    }

    /** A program without values for its variables. */
    public Program(Graph graph, TensorRef output) {
      this(graph, output, Map.of());
    }

    /** The same with other nodes, which must still give the output. */
    Program with(List<Node> nodes) {
      return new Program(Graph.of(nodes), output, weights);
    }

    /**
     * The same with each node replaced by others. One of them must have the node's name and give
     * what its readers need, so that no reader changes.
     */
    Program replacing(Function<Node, List<Node>> replacement) {
      List<Node> nodes = new ArrayList<>();
      graph.nodes().forEach(node -> nodes.addAll(replacement.apply(node)));
      return with(nodes);
    }
  }

  /** The rewritten program. The given one does not change. */
  Program apply(Program program);

  /** The passes for every source. They remove what only training or naming needs. */
  static List<GraphPass> cleaning() {
    return List.of(
        new PruneUnused(),
        new RemoveDropout(),
        new RemovePassThrough(),
        new MergeReshapes(),
        new RemoveEqualReshapes(),
        new RemovePassThrough(),
        new PruneUnused());
  }

  /** Applies passes one after the other. */
  static Program applyAll(List<GraphPass> passes, Program program) {
    Program result = program;
    for (GraphPass pass : passes) {
      result = pass.apply(result);
    }
    return result;
  }
}
