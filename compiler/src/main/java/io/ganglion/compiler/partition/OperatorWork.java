package io.ganglion.compiler.partition;

import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.Shapes;
import io.ganglion.compiler.graph.TensorRef;

/** Counts the floating-point operations of a node. Operators that only move data count 0. */
final class OperatorWork {
  /**
   * Operations for an element of an exponential, an error function and the like: a short
   * polynomial.
   */
  private static final double CURVE = 8;

  /** Operations for an element of a softmax: a maximum, an exponential, a sum, a division. */
  private static final double SOFTMAX = CURVE + 3;

  private OperatorWork() {}

  /** The operations of a node; 0 if shapes are unknown. */
  static double of(Node node, Shapes shapes) {
    double results = Math.max(0, shapes.elements(TensorRef.of(node.name())));
    return switch (node.op()) {
      case "MatMul", "BatchMatMul", "BatchMatMulV2" -> 2 * results * summed(node, shapes);
      case "Mean", "Sum" -> Math.max(0, shapes.elements(node.inputs().get(0)));
      case "Add", "AddV2", "BiasAdd", "Mul", "RealDiv", "Relu", "Sub" -> isReal(node) ? results : 0;
      case "SquaredDifference" -> 2 * results;
      case "Erf", "Elu", "Exp", "Pow", "Rsqrt", "Sigmoid", "Softplus", "Sqrt", "Tanh" ->
          CURVE * results;
      case "LogSoftmax", "Softmax" -> SOFTMAX * results;
      default -> 0;
    };
  }

  private static boolean isReal(Node node) {
    var type = node.type("T");
    return type == null || type.isReal();
  }

  /** The size that a product sums over. */
  private static double summed(Node node, Shapes shapes) {
    long[] left = shapes.shape(node.inputs().get(0));
    if (left == null || left.length < 2) {
      return 0;
    }
    boolean swapped = node.flag(node.is("MatMul") ? "transpose_a" : "adj_x");
    return Math.max(0, left[left.length - (swapped ? 2 : 1)]);
  }
}
