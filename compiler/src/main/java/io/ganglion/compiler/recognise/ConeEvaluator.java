package io.ganglion.compiler.recognise;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Computes a small piece of a graph on a vector: element-wise operators and reductions over the
 * last axis, between given tensors and a result. Activations and layer norms are recognised by such
 * results. All vectors have the same length or are scalars. Not thread-safe.
 */
final class ConeEvaluator {
  private static final int MAX_NODES = 200;

  private final View view;
  private final Map<TensorRef, double[]> known;
  private int steps;

  /**
   * @param known values of tensors, by their {@linkplain View#strip stripped} name
   */
  ConeEvaluator(View view, Map<TensorRef, double[]> known) {
    this.view = view;
    this.known = new HashMap<>(known);
  }

  /** The value of a tensor; null if it needs an operator that this class does not compute. */
  double @Nullable [] evaluate(TensorRef ref) {
    TensorRef at = view.strip(ref);
    double[] value = known.get(at);
    if (value != null) {
      return value;
    }
    if (++steps > MAX_NODES) {
      return null;
    }
    value = compute(view.node(at), at.port());
    if (value != null) {
      known.put(at, value);
    }
    return value;
  }

  private double @Nullable [] compute(Node node, int port) {
    if (port != 0) {
      return null;
    }
    if (node.is("Const")) {
      TensorValue constant = node.constant();
      return constant != null && constant.isNumber() && constant.elements() == 1
          ? new double[] {constant.at(0)}
          : null;
    }
    if (node.is("Mean", "Sum") && node.inputs().size() == 2) {
      return reduce(node);
    }
    if (node.op().startsWith("FusedBatchNorm")) {
      return normalise(node);
    }
    DoubleUnaryOperator unary = unary(node);
    if (unary != null && node.inputs().size() == 1) {
      double[] x = evaluate(View.input(node, 0));
      return x == null ? null : java.util.Arrays.stream(x).map(unary).toArray();
    }
    DoubleBinaryOperator binary = binary(node);
    return binary != null && node.inputs().size() == 2 ? combine(node, binary) : null;
  }

  private double @Nullable [] combine(Node node, DoubleBinaryOperator operator) {
    double[] a = evaluate(View.input(node, 0));
    double[] b = evaluate(View.input(node, 1));
    if (a == null || b == null || (a.length != b.length && a.length != 1 && b.length != 1)) {
      return null;
    }
    double[] result = new double[Math.max(a.length, b.length)];
    for (int i = 0; i < result.length; i++) {
      result[i] = operator.applyAsDouble(a[a.length == 1 ? 0 : i], b[b.length == 1 ? 0 : i]);
    }
    return result;
  }

  private double @Nullable [] reduce(Node node) {
    double[] x = evaluate(View.input(node, 0));
    if (x == null) {
      return null;
    }
    double sum = java.util.Arrays.stream(x).sum();
    return new double[] {node.is("Mean") ? sum / x.length : sum};
  }

  /**
   * A fused batch norm with scale one and offset zero, as in Keras' layer norm: each row is a
   * channel.
   */
  private double @Nullable [] normalise(Node node) {
    double[] x = evaluate(View.input(node, 0));
    if (x == null || !isTraining(node)) {
      return null;
    }
    double mean = java.util.Arrays.stream(x).average().orElse(0);
    double variance =
        java.util.Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElse(0);
    double inverse = 1 / Math.sqrt(variance + LayerNormMatcher.fusedEpsilon(node));
    return java.util.Arrays.stream(x).map(v -> (v - mean) * inverse).toArray();
  }

  /** Whether a fused batch norm computes mean and variance from its input, which is the default. */
  static boolean isTraining(Node node) {
    return !(node.attributes().get("is_training") instanceof Attribute.Flag flag) || flag.value();
  }

  /** The operator as a function of one number, or null. */
  static @Nullable DoubleUnaryOperator unary(Node node) {
    return switch (node.op()) {
      case "Tanh" -> Math::tanh;
      case "Sigmoid" -> x -> 1 / (1 + Math.exp(-x));
      case "Erf" -> Erf::erf;
      case "Erfc" -> x -> 1 - Erf.erf(x);
      case "Relu" -> x -> Math.max(0, x);
      case "Relu6" -> x -> Math.min(6, Math.max(0, x));
      case "Exp" -> Math::exp;
      case "Neg" -> x -> -x;
      case "Sqrt" -> Math::sqrt;
      case "Rsqrt" -> x -> 1 / Math.sqrt(x);
      case "Square" -> x -> x * x;
      case "Reciprocal", "Inv" -> x -> 1 / x;
      case "Softplus" -> x -> Math.log1p(Math.exp(x));
      case "Elu" -> ActivationMatcher.Kind.ELU::of;
      case "Selu" -> ActivationMatcher.Kind.SELU::of;
      case "Softsign" -> ActivationMatcher.Kind.SOFTSIGN::of;
      case "LeakyRelu" -> {
        double slope =
            node.attributes().get("alpha") instanceof Attribute.Real real ? real.value() : 0.2;
        yield x -> x > 0 ? x : slope * x;
      }
      case "Abs" -> Math::abs;
      case "Log" -> Math::log;
      case "Log1p" -> Math::log1p;
      case "Expm1" -> Math::expm1;
      default -> null;
    };
  }

  /** The operator as a function of two numbers, or null. */
  static @Nullable DoubleBinaryOperator binary(Node node) {
    return switch (node.op()) {
      case "Add", "AddV2", "BiasAdd" -> Double::sum;
      case "Sub" -> (a, b) -> a - b;
      case "Mul" -> (a, b) -> a * b;
      case "RealDiv", "Div" -> (a, b) -> a / b;
      case "Pow" -> Math::pow;
      case "SquaredDifference" -> (a, b) -> (a - b) * (a - b);
      case "Maximum" -> Math::max;
      case "Minimum" -> Math::min;
      default -> null;
    };
  }

  /** Whether an operator may be part of a piece that this class computes. */
  static boolean isElementwise(Node node) {
    return unary(node) != null || binary(node) != null;
  }
}
