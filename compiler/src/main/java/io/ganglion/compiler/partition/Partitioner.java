package io.ganglion.compiler.partition;

import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.Shapes;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.partition.PartitionedGraph.Side;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Cuts a graph into three parts: what the host computes before, one program for the core, and what
 * the host computes after.
 *
 * <p>The core's program starts at matrix products that the target supports and ends at the wanted
 * tensor. An unsupported operator after a product runs on the host, after the core, and so does all
 * that needs it. Operators that do not depend on a product run before: look-ups and their layer
 * norm. Operators that feed no further product run after, except the wanted tensor and the bias of
 * the last product. Operators without a product around them would gain nothing on a core made for
 * products.
 *
 * <p>Weights, constants and operators that only move data are placed with their readers. Used by
 * one thread.
 */
public final class Partitioner {
  private static final Set<String> MOVING =
      Set.of("Identity", "Cast", "Reshape", "ExpandDims", "Squeeze", "Transpose");

  private static final Set<String> EPILOGUE = Set.of("BiasAdd", "Add", "AddV2", "Cast", "Identity");

  private final Graph graph;
  private final TargetOperators target;
  private final TensorRef wanted;
  private final Shapes shapes;
  private final Map<String, Set<String>> readers;
  private final List<Node> sorted;
  private final Map<String, Side> sides = new HashMap<>();

  private Partitioner(Graph graph, TargetOperators target, TensorRef wanted) {
    this.graph = graph;
    this.target = target;
    this.wanted = wanted;
    this.shapes = Shapes.of(graph, 1);
    this.readers = graph.readers();
    this.sorted = graph.sorted();
  }

  /**
   * Places every node of a graph without cycles.
   *
   * @param wanted the tensor that the core shall give, if it can: a classifier's logits
   */
  public static PartitionedGraph partition(Graph graph, TargetOperators target, TensorRef wanted) {
    Partitioner partitioner = new Partitioner(graph, target, wanted);
    partitioner.goForward();
    partitioner.cutTail();
    partitioner.giveToReaders();
    return new PartitionedGraph(graph, partitioner.sides);
  }

  private void goForward() {
    for (Node node : sorted) {
      Side latest = Side.BEFORE;
      for (TensorRef input : node.inputs()) {
        Side side = side(input.node());
        latest = side.compareTo(latest) > 0 ? side : latest;
      }
      boolean supported = target.supports(node, shapes.shape(TensorRef.of(node.name())));
      sides.put(
          node.name(),
          switch (latest) {
            case BEFORE -> isProduct(node) && supported ? Side.CORE : Side.BEFORE;
            case CORE -> supported ? Side.CORE : Side.AFTER;
            case AFTER -> Side.AFTER;
          });
    }
  }

  private void cutTail() {
    for (int i = sorted.size() - 1; i >= 0; i--) {
      Node node = sorted.get(i);
      boolean feeds =
          readers.getOrDefault(node.name(), Set.of()).stream()
              .anyMatch(reader -> side(reader) == Side.CORE);
      boolean ends = node.name().equals(wanted.node()) || endsProduct(node);
      if (side(node.name()) == Side.CORE && !feeds && !ends) {
        sides.put(node.name(), Side.AFTER);
      }
    }
  }

  /** Whether this is a product, or a product with its bias. */
  private boolean endsProduct(Node node) {
    if (isProduct(node)) {
      return true;
    }
    if (!EPILOGUE.contains(node.op())) {
      return false;
    }
    boolean product = false;
    for (TensorRef input : node.inputs()) {
      if (side(input.node()) == Side.CORE) {
        product = endsProduct(graph.node(input));
        if (!product) {
          return false;
        }
      }
    }
    return product;
  }

  private void giveToReaders() {
    for (int i = sorted.size() - 1; i >= 0; i--) {
      Node node = sorted.get(i);
      Set<String> all = readers.getOrDefault(node.name(), Set.of());
      boolean belongs = isStored(node) || MOVING.contains(node.op());
      if (side(node.name()) == Side.BEFORE
          && belongs
          && !all.isEmpty()
          && all.stream().allMatch(reader -> side(reader) == Side.CORE)) {
        sides.put(node.name(), Side.CORE);
      }
    }
  }

  private Side side(String node) {
    return sides.getOrDefault(node, Side.BEFORE);
  }

  private static boolean isStored(Node node) {
    return node.is("Const", "VariableV2", "Variable", "VarHandleOp", "ReadVariableOp");
  }

  /** Whether this is a matrix product. */
  public static boolean isProduct(Node node) {
    return node.is("MatMul", "BatchMatMul", "BatchMatMulV2", "Einsum");
  }
}
