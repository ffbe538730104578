package io.ganglion.compiler.partition;

import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.Shapes;
import io.ganglion.compiler.graph.TensorRef;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A graph, with the place where each node runs. Immutable.
 *
 * @param graph all nodes
 * @param sides the side of every node, by name
 */
public record PartitionedGraph(Graph graph, Map<String, Side> sides) {
  /** Where a node runs, in the order of a request. */
  public enum Side {
    /** On the host, before the core. */
    BEFORE,
    CORE,
    /** On the host, after the core. */
    AFTER
  }

  /**
   * Floating-point operations of one request of full length.
   *
   * @param core operations on the core
   * @param host operations on the host
   */
  public record Work(double core, double host) {
    /** The core's share, from 0 to 1. */
    public double coreShare() {
      return core + host == 0 ? 0 : core / (core + host);
    }
  }

  public PartitionedGraph {
    sides = Map.copyOf(sides);
    for (Node node : graph.nodes()) {
      if (!sides.containsKey(node.name())) {
        throw new IllegalArgumentException("Nobody runs " + node.name() + ".");
      }
    }
  }

  public boolean isOnCore(String node) {
    return sides.get(node) == Side.CORE;
  }

  /** Number of nodes on the core, including its weights and constants. */
  public int coreOperators() {
    return (int) sides.values().stream().filter(side -> side == Side.CORE).count();
  }

  /** Tensors that the host computes and the core reads. */
  public Set<TensorRef> coreInputs() {
    return crossing(true);
  }

  /** Tensors that the core computes and the host reads. */
  public Set<TensorRef> coreOutputs() {
    return crossing(false);
  }

  private Set<TensorRef> crossing(boolean intoCore) {
    Set<TensorRef> crossing = new LinkedHashSet<>();
    for (Node node : graph.nodes()) {
      for (TensorRef input : node.inputs()) {
        if (isOnCore(node.name()) == intoCore && isOnCore(input.node()) != intoCore) {
          crossing.add(input);
        }
      }
    }
    return crossing;
  }

  /** Counts the work, node by node. */
  public Work work() {
    Shapes shapes = Shapes.of(graph, 1);
    double core = 0;
    double host = 0;
    for (Node node : graph.nodes()) {
      double operations = OperatorWork.of(node, shapes);
      if (isOnCore(node.name())) {
        core += operations;
      } else {
        host += operations;
      }
    }
    return new Work(core, host);
  }
}
