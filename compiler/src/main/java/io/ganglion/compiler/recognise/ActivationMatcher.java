package io.ganglion.compiler.recognise;

import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.model.Weight;
import io.ganglion.runtime.model.Activation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Recognises an activation by computing it at some points. */
final class ActivationMatcher {
  private static final double[] POINTS = {-4.1, -1.7, -0.6, -0.05, 0.2, 0.9, 2.3, 5.2};

  /** fp32 constants in the graph cause differences of this size. */
  private static final double TOLERANCE = 2e-6;

  private static final int MAX_NODES = 40;

  private final View view;
  private final DenseMatcher dense;

  ActivationMatcher(View view, DenseMatcher dense) {
    this.view = view;
    this.dense = dense;
  }

  /** The known activations. GELU_SIGMOID is the crude GELU. */
  enum Kind {
    NONE(Activation.NONE),
    TANH(Activation.TANH),
    RELU(Activation.RELU),
    SIGMOID(Activation.SIGMOID),
    GELU_ERF(Activation.GELU_ERF),
    GELU_TANH(Activation.GELU_TANH),
    GELU_SIGMOID(null),
    ELU(null),
    SELU(null),
    SWISH(null),
    MISH(null),
    SOFTPLUS(null),
    SOFTSIGN(null),
    LEAKY_RELU(null),
    RELU6(null),
    EXP(null);

    private static final double SELU_SCALE = 1.0507009873554805;
    private static final double SELU_ALPHA = 1.6732632423543772;

    private final @Nullable Activation head;

    Kind(@Nullable Activation head) {
      this.head = head;
    }

    double of(double x) {
      return switch (this) {
        case NONE -> x;
        case TANH -> Math.tanh(x);
        case RELU -> Math.max(0, x);
        case SIGMOID -> 1 / (1 + Math.exp(-x));
        case GELU_ERF -> 0.5 * x * (1 + Erf.erf(x / Math.sqrt(2)));
        case GELU_TANH ->
            0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
        case GELU_SIGMOID -> x / (1 + Math.exp(-1.702 * x));
        case ELU -> x > 0 ? x : Math.expm1(x);
        case SELU -> SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x));
        case SWISH -> x / (1 + Math.exp(-x));
        case MISH -> x * Math.tanh(Math.log1p(Math.exp(x)));
        case SOFTPLUS -> Math.log1p(Math.exp(x));
        case SOFTSIGN -> x / (1 + Math.abs(x));
        case LEAKY_RELU -> x > 0 ? x : 0.2 * x;
        case RELU6 -> Math.min(6, Math.max(0, x));
        case EXP -> Math.exp(x);
      };
    }

    /** The activation's name in a head layer; null if heads cannot have it. */
    @Nullable Activation head() {
      return head;
    }
  }

  /**
   * A dense layer with its activation.
   *
   * @param dense dense layer before the activation
   * @param kind kind of the activation
   */
  record Activated(DenseMatcher.Match dense, Kind kind) {}

  /**
   * An activation.
   *
   * @param kind its kind; never NONE
   * @param input the tensor that it is applied to, stripped
   */
  record Function(Kind kind, TensorRef input) {}

  /**
   * The dense layer and the activation that give this tensor; null if it does not have this form.
   */
  @Nullable Activated match(TensorRef ref) {
    DenseMatcher.Match plain = dense.match(ref);
    if (plain != null) {
      return new Activated(plain, Kind.NONE);
    }
    TensorRef leaf = leaf(ref);
    DenseMatcher.Match inner = leaf == null ? null : dense.match(leaf);
    if (leaf == null || inner == null) {
      return null;
    }
    Kind kind = kind(ref, leaf);
    if (kind == null) {
      throw new Misfit(
          view.stripped(ref),
          "its activation is none that is known (erf, tanh and sigmoid GELU, tanh, relu, sigmoid)");
    }
    return new Activated(inner, kind);
  }

  /** The activation that gives this tensor, applied to any tensor; null if there is none. */
  @Nullable Function find(TensorRef ref) {
    TensorRef leaf = leaf(ref);
    Kind kind = leaf == null || leaf.equals(view.strip(ref)) ? null : kind(ref, leaf);
    return leaf == null || kind == null || kind == Kind.NONE ? null : new Function(kind, leaf);
  }

  private @Nullable Kind kind(TensorRef ref, TensorRef leaf) {
    double[] values = new ConeEvaluator(view, Map.of(leaf, POINTS)).evaluate(ref);
    if (values == null || values.length != POINTS.length) {
      return null;
    }
    for (Kind kind : Kind.values()) {
      if (fits(kind, values)) {
        return kind;
      }
    }
    return null;
  }

  private static boolean fits(Kind kind, double[] values) {
    for (int i = 0; i < POINTS.length; i++) {
      double expected = kind.of(POINTS[i]);
      if (!(Math.abs(values[i] - expected) <= TOLERANCE * (1 + Math.abs(expected)))) {
        return false;
      }
    }
    return true;
  }

  /**
   * The only input of an element-wise piece of graph without weights; null if there are several.
   */
  private @Nullable TensorRef leaf(TensorRef ref) {
    TensorRef root = view.strip(ref);
    Set<TensorRef> leaves = new HashSet<>();
    Set<TensorRef> seen = new HashSet<>();
    List<TensorRef> open = new ArrayList<>(List.of(root));
    while (!open.isEmpty()) {
      TensorRef at = open.remove(open.size() - 1);
      Node node = view.node(at);
      if (!seen.add(at) || node.is("Const")) {
        continue;
      }
      boolean inside =
          ConeEvaluator.isElementwise(node)
              && at.port() == 0
              && !readsVector(node)
              && (at.equals(root) || dense.match(at) == null);
      if (!inside) {
        leaves.add(at);
      } else if (seen.size() < MAX_NODES) {
        node.inputs().forEach(input -> open.add(view.strip(input)));
      } else {
        return null;
      }
    }
    return leaves.size() == 1 ? leaves.iterator().next() : null;
  }

  private boolean readsVector(Node node) {
    for (TensorRef input : node.inputs()) {
      Weight weight = view.weight(input);
      if (weight == null ? view.isMissingVariable(input) : weight.elements() > 1) {
        return true;
      }
    }
    return false;
  }
}
