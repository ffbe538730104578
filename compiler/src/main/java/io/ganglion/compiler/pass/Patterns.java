package io.ganglion.compiler.pass;

import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import org.jspecify.annotations.Nullable;

/** Small questions that the passes ask of a graph. */
final class Patterns {
  private static final int LONGEST_CHAIN = 64;
  private static final double SAME = 1e-5;

  private final Graph graph;

  Patterns(Graph graph) {
    this.graph = graph;
  }

  Node node(TensorRef ref) {
    return graph.node(ref);
  }

  /** The node that gives this tensor, identities left out. */
  Node origin(TensorRef ref) {
    Node at = graph.node(ref);
    for (int i = 0; i < LONGEST_CHAIN && at.is("Identity", "StopGradient"); i++) {
      at = graph.node(at.inputs().get(0));
    }
    return at;
  }

  /** The number that this tensor always is; NaN where it is none. */
  double scalar(TensorRef ref) {
    Node node = origin(ref);
    TensorValue value = node.is("Const") ? node.constant() : null;
    return value != null && value.isNumber() && value.elements() == 1 ? value.at(0) : Double.NaN;
  }

  boolean isScalar(TensorRef ref, double value) {
    return Math.abs(scalar(ref) - value) <= SAME * Math.max(1, Math.abs(value));
  }

  /** Whether all elements of this tensor are one. */
  boolean isOnes(TensorRef ref) {
    Node node = origin(ref);
    if (node.is("Fill")) {
      return isScalar(node.inputs().get(1), 1);
    }
    TensorValue value = node.is("Const") ? node.constant() : null;
    if (value == null || !value.type().isReal()) {
      return false;
    }
    // The last stored element stands for all that follow.
    int stored = value.bytes().limit() / value.type().bytes();
    for (int i = 0; i < stored; i++) {
      if (value.at(i) != 1) {
        return false;
      }
    }
    return stored > 0;
  }

  /** The other operand of a node with two, where one is this number; null otherwise. */
  @Nullable TensorRef besideScalar(Node node, double value) {
    for (int side = 0; side < 2; side++) {
      if (isScalar(node.inputs().get(side), value)) {
        return node.inputs().get(1 - side);
      }
    }
    return null;
  }

  /** The other operand of a node with two, where one is this tensor; null otherwise. */
  static @Nullable TensorRef beside(Node node, TensorRef operand) {
    for (int side = 0; side < 2 && node.inputs().size() == 2; side++) {
      if (node.inputs().get(side).equals(operand)) {
        return node.inputs().get(1 - side);
      }
    }
    return null;
  }

  static boolean isSum(Node node) {
    return node.is("Add", "AddV2") && node.inputs().size() == 2;
  }

  static boolean isProduct(Node node) {
    return node.is("Mul") && node.inputs().size() == 2;
  }

  static boolean isMatrixProduct(Node node) {
    return node.is("MatMul", "BatchMatMul", "BatchMatMulV2") && node.inputs().size() == 2;
  }
}
