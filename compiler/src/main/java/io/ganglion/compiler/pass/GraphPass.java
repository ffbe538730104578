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
   * A graph and what it is for. Immutable.
   *
   * @param graph all nodes
   * @param output the tensor that is wanted
   * @param weights values of its variables by their names, read when asked for; may hold more
   */
  record Program(Graph graph, TensorRef output, Map<String, Weight> weights) {
    public Program {
      weights = Map.copyOf(weights);
    }

    /** A program whose variables' values do not matter. */
    public Program(Graph graph, TensorRef output) {
      this(graph, output, Map.of());
    }

    /** The same with other nodes, which still give the output. */
    Program with(List<Node> nodes) {
      return new Program(Graph.of(nodes), output, weights);
    }

    /**
     * The same with each node replaced by some. One of them has its name and gives what its readers
     * are to read, so no reader changes.
     */
    Program replacing(Function<Node, List<Node>> replacement) {
      List<Node> nodes = new ArrayList<>();
      graph.nodes().forEach(node -> nodes.addAll(replacement.apply(node)));
      return with(nodes);
    }
  }

  /** The rewritten program; the given one is not changed. */
  Program apply(Program program);

  /** What every source goes through: nothing is left that only training or naming needs. */
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
