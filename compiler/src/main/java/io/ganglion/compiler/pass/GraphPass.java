package io.ganglion.compiler.pass;

import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.TensorRef;
import java.util.List;

/** A rewrite of a graph that computes one tensor. Stateless, thread-safe. */
@FunctionalInterface
public interface GraphPass {
  /**
   * A graph and what it is for.
   *
   * @param graph all nodes
   * @param output the tensor that is wanted
   */
  record Program(Graph graph, TensorRef output) {}

  /** The rewritten program; the given one is not changed. */
  Program apply(Program program);

  /** What every source goes through: nothing is left that only training or naming needs. */
  static List<GraphPass> cleaning() {
    return List.of(
        new PruneUnused(), new RemovePassThrough(), new MergeReshapes(), new PruneUnused());
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
