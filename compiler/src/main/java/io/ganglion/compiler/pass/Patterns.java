package io.ganglion.compiler.pass;

import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import org.jspecify.annotations.Nullable;

/** Small queries on graphs for the passes. */
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

  /** The node that gives this tensor, skipping identities. */
  Node origin(TensorRef ref) {
    Node at = graph.node(ref);
    for (int i = 0; i < LONGEST_CHAIN && at.is("Identity", "StopGradient"); i++) {
      at = graph.node(at.inputs().get(0));
    }
    return at;
  }

  /** The constant number in this tensor; NaN if it is not one. */
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
    // The last stored element also stands for all elements after it.
    int stored = value.bytes().limit() / value.type().bytes();
    for (int i = 0; i < stored; i++) {
      if (value.at(i) != 1) {
        return false;
      }
    }
    return stored > 0;
  }

  /** The other operand of a node with two operands, if one is this number; null otherwise. */
  @Nullable TensorRef besideScalar(Node node, double value) {
    for (int side = 0; side < 2; side++) {
      if (isScalar(node.inputs().get(side), value)) {
        return node.inputs().get(1 - side);
      }
    }
    return null;
  }

  /** The other operand of a node with two operands, if one is this tensor; null otherwise. */
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
