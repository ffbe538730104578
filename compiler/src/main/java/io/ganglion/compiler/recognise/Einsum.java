package io.ganglion.compiler.recognise;

import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.model.Weight;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An Einsum of an activation and a weight that is a dense layer: summed axes come first in the
 * weight and last in the activation, the other axes of the weight come last in it and in the
 * result.
 *
 * @param weight labels of the weight's axes
 * @param summed labels of the summed axes
 * @param free the weight's other labels
 */
record Einsum(String weight, String summed, String free) {
  private static final Pattern EQUATION =
      Pattern.compile(
          "((?:\\.\\.\\.)?[A-Za-z]*),((?:\\.\\.\\.)?[A-Za-z]*)->((?:\\.\\.\\.)?[A-Za-z]*)");

  /** The labels of both operands and of the result; null if the equation has another form. */
  static String @Nullable [] labels(Node node) {
    Matcher matcher = EQUATION.matcher(node.text("equation", "").replace(" ", ""));
    return matcher.matches()
        ? new String[] {
          matcher.group(1).replace(".", ""),
          matcher.group(2).replace(".", ""),
          matcher.group(3).replace(".", "")
        }
        : null;
  }

  static @Nullable Einsum of(Node node, boolean weightIsSecond) {
    String[] labels = labels(node);
    if (labels == null) {
      return null;
    }
    String activation = labels[weightIsSecond ? 0 : 1];
    String weight = labels[weightIsSecond ? 1 : 0];
    StringBuilder summed = new StringBuilder();
    StringBuilder free = new StringBuilder();
    for (int i = 0; i < weight.length(); i++) {
      char label = weight.charAt(i);
      boolean inActivation = activation.indexOf(label) >= 0;
      boolean inResult = labels[2].indexOf(label) >= 0;
      if (inActivation == inResult) {
        return null;
      }
      (inActivation ? summed : free).append(label);
    }
    Einsum einsum = new Einsum(weight, summed.toString(), free.toString());
    boolean fits =
        weight.equals(einsum.summed + einsum.free)
            && activation.endsWith(einsum.summed)
            && labels[2].endsWith(einsum.free);
    return fits ? einsum : null;
  }

  /** The weight as [inputs, outputs]. */
  Weight matrix(Weight kernel) {
    int inputs = product(kernel.shape().subList(0, summed.length()));
    return kernel.reshaped(List.of(inputs, kernel.elements() / Math.max(1, inputs)));
  }

  /** The number of heads if the result is split, otherwise 0. */
  int heads(Weight kernel) {
    return free.length() == 2 ? kernel.shape().get(summed.length()) : 0;
  }

  private static int product(List<Integer> sizes) {
    return sizes.stream().reduce(1, Math::multiplyExact);
  }
}
