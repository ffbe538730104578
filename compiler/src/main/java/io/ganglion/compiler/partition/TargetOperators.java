package io.ganglion.compiler.partition;

import com.google.common.collect.ImmutableSet;
import io.ganglion.compiler.graph.Node;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The operators that a target's core runs, of those that BERT classifiers are made of. Every size
 * of their results but the batch's must be known, because a core's program has fixed shapes.
 *
 * @param target as a user names it
 * @param operators TensorFlow's names
 */
public record TargetOperators(String target, Set<String> operators) {
  /** What the CPU core has kernels for; it looks embeddings up itself, as a host would. */
  public static final TargetOperators CPU =
      new TargetOperators(
          "cpu",
          ImmutableSet.of(
              "Add",
              "AddV2",
              "BatchMatMul",
              "BatchMatMulV2",
              "BiasAdd",
              "Cast",
              "Erf",
              "ExpandDims",
              "Identity",
              "MatMul",
              "Mean",
              "Mul",
              "Pow",
              "RealDiv",
              "Relu",
              "Reshape",
              "Rsqrt",
              "Sigmoid",
              "Softmax",
              "SquaredDifference",
              "StridedSlice",
              "Sub",
              "Tanh",
              "Transpose"));

  /** What neuron-cc is given by the vendor's own BERT graph, and no look-up among it. */
  public static final TargetOperators INF1 =
      new TargetOperators(
          "inf1",
          ImmutableSet.of(
              "Add",
              "AddV2",
              "BatchMatMul",
              "BatchMatMulV2",
              "BiasAdd",
              "Cast",
              "Erf",
              "ExpandDims",
              "Identity",
              "MatMul",
              "Mean",
              "Mul",
              "Pow",
              "RealDiv",
              "Relu",
              "Reshape",
              "Rsqrt",
              "Sigmoid",
              "Slice",
              "Softmax",
              "SquaredDifference",
              "StridedSlice",
              "Sub",
              "Tanh",
              "Transpose"));

  /**
   * What the vendor's TensorFlow 2 integration places on the cores that neuronx-cc compiles for: no
   * {@code Gather}, {@code GatherV2} or {@code OneHot}.
   */
  private static final ImmutableSet<String> XLA =
      ImmutableSet.of(
          "Add",
          "AddV2",
          "BatchMatMul",
          "BatchMatMulV2",
          "BiasAdd",
          "Cast",
          "ConcatV2",
          "Einsum",
          "Elu",
          "Erf",
          "Exp",
          "ExpandDims",
          "Identity",
          "MatMul",
          "Maximum",
          "Mean",
          "Minimum",
          "Mul",
          "Neg",
          "Pack",
          "Pow",
          "RealDiv",
          "Relu",
          "Relu6",
          "Reshape",
          "Rsqrt",
          "Select",
          "SelectV2",
          "Sigmoid",
          "Softmax",
          "Softplus",
          "Split",
          "Sqrt",
          "Square",
          "SquaredDifference",
          "Squeeze",
          "StridedSlice",
          "Sub",
          "Sum",
          "Tanh",
          "Tile",
          "Transpose");

  public TargetOperators {
    operators = ImmutableSet.copyOf(operators);
  }

  /** Of inf2, trn1 and trn2. */
  public static TargetOperators xla(String target) {
    return new TargetOperators(target, XLA);
  }

  /**
   * Whether the core can run this node.
   *
   * @param shape of its result, -1 where a size is open; null where nothing is known
   */
  boolean supports(Node node, long @Nullable [] shape) {
    if (!operators.contains(node.op()) || shape == null) {
      return false;
    }
    for (long size : shape) {
      if (size < 0) {
        return false;
      }
    }
    return true;
  }
}
