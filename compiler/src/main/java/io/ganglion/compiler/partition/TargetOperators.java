package io.ganglion.compiler.partition;

import com.google.common.collect.ImmutableSet;
import io.ganglion.compiler.graph.Node;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The operators of BERT classifiers that a target's core can run. All sizes of their results except
 * the batch must be known, because a core's program has fixed shapes.
 *
 * @param target the user's name for the target
 * @param operators TensorFlow's names
 */
public record TargetOperators(String target, Set<String> operators) {
  /**
   * The operators for which the CPU core has kernels. It counts as host for the embeddings, which
   * it looks up itself.
   */
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

  /**
   * The operators that the vendor's own BERT graph gives to neuron-cc. Look-ups are not among them.
   */
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
   * The operators that the vendor's TensorFlow 2 integration places on the cores that neuronx-cc
   * compiles for. {@code Gather}, {@code GatherV2} and {@code OneHot} are not among them.
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

  /** The operators of inf2, trn1 or trn2. */
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
