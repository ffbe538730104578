package io.ganglion.compiler.pass;

import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A layer norm in TensorFlow's form: {@code x * s + (beta - mean * s)} with {@code s = gamma *
 * rsqrt(variance + epsilon)}.
 *
 * @param output name of the last node
 * @param nodes names of all its nodes, including the last, without constants and weights
 */
record LayerNormPattern(String output, Set<String> nodes) {
  /** The layer norm that ends in this node; null if there is none. */
  static @Nullable LayerNormPattern match(Patterns patterns, Node last) {
    if (!Patterns.isSum(last)) {
      return null;
    }
    for (int side = 0; side < 2; side++) {
      Node scaled = patterns.node(last.inputs().get(side));
      Node offset = patterns.node(last.inputs().get(1 - side));
      LayerNormPattern found =
          Patterns.isProduct(scaled) && offset.is("Sub")
              ? match(patterns, last, scaled, offset)
              : null;
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable LayerNormPattern match(
      Patterns patterns, Node last, Node scaled, Node offset) {
    Node shift = patterns.node(offset.inputs().get(1));
    for (int side = 0; side < 2 && Patterns.isProduct(shift); side++) {
      TensorRef scale = shift.inputs().get(side);
      TensorRef mean = shift.inputs().get(1 - side);
      TensorRef x = Patterns.beside(scaled, scale);
      Node meanNode = patterns.node(mean);
      if (x != null && meanNode.is("Mean") && meanNode.inputs().get(0).equals(x)) {
        Set<String> nodes = new LinkedHashSet<>(List.of(meanNode.name()));
        if (addScale(patterns, patterns.node(scale), x, nodes)) {
          nodes.addAll(List.of(scaled.name(), shift.name(), offset.name(), last.name()));
          return new LayerNormPattern(last.name(), nodes);
        }
      }
    }
    return null;
  }

  /** {@code gamma * rsqrt(variance + epsilon)} */
  private static boolean addScale(Patterns patterns, Node scale, TensorRef x, Set<String> nodes) {
    for (int side = 0; side < 2 && Patterns.isProduct(scale); side++) {
      Node root = patterns.node(scale.inputs().get(side));
      Node padded = root.is("Rsqrt") ? patterns.node(root.inputs().get(0)) : root;
      if (!root.is("Rsqrt") || !Patterns.isSum(padded)) {
        continue;
      }
      for (TensorRef part : padded.inputs()) {
        Node variance = patterns.node(part);
        Node squares = variance.is("Mean") ? patterns.node(variance.inputs().get(0)) : variance;
        TensorRef mean = squares.is("SquaredDifference") ? Patterns.beside(squares, x) : null;
        if (mean != null && nodes.contains(patterns.origin(mean).name())) {
          Node stopped = patterns.node(mean);
          nodes.add(stopped.name());
          nodes.addAll(List.of(squares.name(), variance.name(), padded.name(), root.name()));
          nodes.add(scale.name());
          return true;
        }
      }
    }
    return false;
  }
}
