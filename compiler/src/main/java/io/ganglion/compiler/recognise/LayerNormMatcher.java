package io.ganglion.compiler.recognise;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.model.LayerNorm;
import io.ganglion.compiler.model.Weight;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recognises layer norms in any form: finds the normalised tensor and the two weights, then
 * computes this piece of the graph and compares it with the definition.
 */
final class LayerNormMatcher {
  private static final double[] X = {0.3, -1.2, 2.5, 0.7, -0.4};
  private static final double[] GAMMA = {1.1, 0.9, -0.5, 1.4, 0.8};
  private static final double[] BETA = {0.2, -0.3, 0.1, 0.6, -0.7};
  private static final double TOLERANCE = 1e-6;
  private static final int MAX_NODES = 60;

  private final View view;

  LayerNormMatcher(View view) {
    this.view = view;
  }

  /**
   * A layer norm.
   *
   * @param input the normalised tensor, stripped
   * @param weights gamma and beta
   * @param epsilon added to the variance
   */
  record Match(TensorRef input, LayerNorm weights, float epsilon) {}

  /** The layer norm that gives this tensor, or null. */
  @Nullable Match match(TensorRef ref) {
    TensorRef output = view.strip(ref);
    Node inverse = nearestRoot(output);
    if (inverse == null || inverse.inputs().isEmpty()) {
      return null;
    }
    TensorRef input;
    double epsilon;
    if (inverse.op().startsWith("FusedBatchNorm")) {
      input = view.strip(View.input(inverse, 0));
      epsilon = fusedEpsilon(inverse);
    } else {
      Variance variance = variance(inverse);
      if (variance == null) {
        return null;
      }
      input = variance.of;
      epsilon = variance.epsilon;
    }
    List<TensorRef> vectors = vectors(output, input);
    if (vectors == null || vectors.size() != 2) {
      return null;
    }
    for (int gamma = 0; gamma < 2; gamma++) {
      if (computes(output, input, vectors.get(gamma), vectors.get(1 - gamma), epsilon)) {
        return matched(output, input, vectors.get(gamma), vectors.get(1 - gamma), epsilon);
      }
    }
    return null;
  }

  private Match matched(
      TensorRef output, TensorRef input, TensorRef gamma, TensorRef beta, double epsilon) {
    Weight scale = vector(view.requireWeight(gamma, "gamma"));
    Weight shift = vector(view.requireWeight(beta, "beta"));
    if (scale.elements() != shift.elements()) {
      throw new Misfit(
          view.node(output), "gamma has the shape " + scale.shape() + ", beta " + shift.shape());
    }
    return new Match(input, new LayerNorm(scale, shift), (float) epsilon);
  }

  private static Weight vector(Weight weight) {
    return weight.reshaped(List.of(weight.elements()));
  }

  static double fusedEpsilon(Node node) {
    return node.attributes().get("epsilon") instanceof Attribute.Real real ? real.value() : 1e-4f;
  }

  /**
   * The root in this layer norm. Searches breadth first, so that it does not find that of an
   * earlier layer.
   */
  private @Nullable Node nearestRoot(TensorRef output) {
    Set<TensorRef> seen = new HashSet<>();
    Deque<TensorRef> open = new ArrayDeque<>(List.of(output));
    while (!open.isEmpty() && seen.size() < MAX_NODES) {
      TensorRef at = open.remove();
      Node node = view.node(at);
      if (!seen.add(at)) {
        continue;
      }
      if (node.is("Rsqrt", "Sqrt") || node.op().startsWith("FusedBatchNorm")) {
        return node;
      }
      if (ConeEvaluator.isElementwise(node)) {
        node.inputs().forEach(input -> open.add(view.strip(input)));
      }
    }
    return null;
  }

  private record Variance(TensorRef of, double epsilon) {}

  private @Nullable Variance variance(Node root) {
    Node sum = view.stripped(View.input(root, 0));
    if (!sum.is("Add", "AddV2") || sum.inputs().size() != 2) {
      return null;
    }
    for (int side = 0; side < 2; side++) {
      double[] epsilon = new ConeEvaluator(view, Map.of()).evaluate(View.input(sum, 1 - side));
      TensorRef of = epsilon == null || epsilon.length != 1 ? null : spread(View.input(sum, side));
      if (of != null && epsilon != null) {
        return new Variance(of, epsilon[0]);
      }
    }
    return null;
  }

  /**
   * The tensor whose variance this is: the mean of squared differences, or the mean of squares
   * minus the squared mean.
   */
  private @Nullable TensorRef spread(TensorRef ref) {
    Node mean = view.stripped(ref);
    if (mean.is("Maximum", "Relu", "Sub") && !mean.inputs().isEmpty()) {
      mean = view.stripped(View.input(mean, 0));
    }
    if (!mean.is("Mean")) {
      return null;
    }
    Node squares = view.stripped(View.input(mean, 0));
    if (!squares.is("Square", "Mul", "Pow", "SquaredDifference") || squares.inputs().isEmpty()) {
      return null;
    }
    TensorRef squared = view.strip(View.input(squares, 0));
    Node difference = view.node(squared);
    boolean centred = difference.is("Sub") && difference.inputs().size() == 2;
    return centred && !squares.is("SquaredDifference")
        ? view.strip(View.input(difference, 0))
        : squared;
  }

  /**
   * The weights between {@code output} and {@code input}; null if there is anything else in
   * between.
   */
  private @Nullable List<TensorRef> vectors(TensorRef output, TensorRef input) {
    List<TensorRef> vectors = new ArrayList<>();
    Set<TensorRef> seen = new HashSet<>();
    Deque<TensorRef> open = new ArrayDeque<>(List.of(output));
    while (!open.isEmpty()) {
      TensorRef at = open.remove();
      if (at.equals(input) || !seen.add(at)) {
        continue;
      }
      Node node = view.node(at);
      if (isVector(at)) {
        vectors.add(at);
      } else if (node.op().startsWith("FusedBatchNorm") || node.is("Mean")) {
        open.add(view.strip(View.input(node, 0)));
      } else if (ConeEvaluator.isElementwise(node) && seen.size() < MAX_NODES) {
        node.inputs().forEach(part -> open.add(view.strip(part)));
      } else if (!node.is("Const")) {
        return null;
      }
    }
    return vectors;
  }

  private boolean isVector(TensorRef ref) {
    Weight weight = view.weight(ref);
    return weight == null ? view.isMissingVariable(ref) : weight.elements() > 1;
  }

  private boolean computes(
      TensorRef output, TensorRef input, TensorRef gamma, TensorRef beta, double epsilon) {
    Map<TensorRef, double[]> known = new HashMap<>();
    known.put(input, X);
    known.put(gamma, GAMMA);
    known.put(beta, BETA);
    double[] values = new ConeEvaluator(view, known).evaluate(output);
    if (values == null || values.length != X.length) {
      return false;
    }
    double mean = java.util.Arrays.stream(X).average().orElse(0);
    double variance =
        java.util.Arrays.stream(X).map(x -> (x - mean) * (x - mean)).average().orElse(0);
    for (int i = 0; i < X.length; i++) {
      double expected = (X[i] - mean) / Math.sqrt(variance + epsilon) * GAMMA[i] + BETA[i];
      if (!(Math.abs(values[i] - expected) <= TOLERANCE)) {
        return false;
      }
    }
    return true;
  }
}
