package io.ganglion.compiler.pass;

import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Computes the attention mask once, as a bias {@code (1 - mask) * -10000} of [batch, 1, 1, length]
 * that all layers add to their scores. It replaces a tensor of [batch, 1, length, length] in every
 * layer. It depends only on an input, so a host can compute it.
 */
public final class HoistMask implements GraphPass {
  /** Name prefix of the nodes that compute the bias. */
  public static final String SCOPE = "mask/";

  private static final int LONGEST_CHAIN = 64;

  /** With a smaller score, the exponential is zero in 32 bits. */
  private static final double MASKING = -1000;

  /**
   * The input that a mask is computed from, and the bias added where the input is 0.
   *
   * @param input [batch, length] of ones and zeros
   * @param bias for example -10000
   */
  private record Mask(Node input, double bias) {}

  @Override
  public Program apply(Program program) {
    Patterns patterns = new Patterns(program.graph());
    Map<String, Integer> operands = new HashMap<>();
    Mask shared = null;
    for (Node softmax : program.graph().nodes()) {
      if (!softmax.is("Softmax")) {
        continue;
      }
      Node sum = patterns.node(softmax.inputs().get(0));
      for (int side = 0; side < 2 && Patterns.isSum(sum); side++) {
        Mask mask = mask(patterns, sum.inputs().get(side));
        if (mask != null && (shared == null || shared.equals(mask))) {
          shared = mask;
          operands.put(sum.name(), side);
        }
      }
    }
    return shared == null ? program : rewritten(program, operands, shared);
  }

  private static Program rewritten(Program program, Map<String, Integer> operands, Mask mask) {
    GraphBuilder bias = new GraphBuilder();
    TensorRef added = add(bias, mask);
    List<Node> nodes = new ArrayList<>(bias.build().nodes());
    for (Node node : program.graph().nodes()) {
      Integer side = operands.get(node.name());
      List<TensorRef> inputs = new ArrayList<>(node.inputs());
      if (side != null) {
        inputs.set(side, added);
      }
      nodes.add(node.withInputs(inputs));
    }
    return program.with(nodes);
  }

  private static TensorRef add(GraphBuilder graph, Mask mask) {
    GraphOps ops = new GraphOps(graph);
    ElementType type = mask.input().type("dtype");
    ElementType from = type == null ? ElementType.INT32 : type;
    TensorRef input = TensorRef.of(mask.input().name());
    TensorRef rows =
        ops.expandDims(
            SCOPE + "rows",
            from,
            input,
            graph.constant(SCOPE + "rows/axis", TensorValue.scalar(1)));
    TensorRef heads =
        ops.expandDims(
            SCOPE + "heads",
            from,
            rows,
            graph.constant(SCOPE + "heads/axis", TensorValue.scalar(1)));
    TensorRef real = ops.cast(SCOPE + "cast", heads, from, ElementType.FLOAT);
    TensorRef inverted = ops.scalarFirst(SCOPE + "inverted", "Sub", 1f, real);
    return ops.scalarSecond(SCOPE + "bias", "Mul", inverted, (float) mask.bias());
  }

  /**
   * Matches {@code (1 - f(input)) * bias}, where f only broadcasts and reshapes; null for anything
   * else.
   */
  private static @Nullable Mask mask(Patterns patterns, TensorRef ref) {
    Node product = patterns.origin(ref);
    if (!Patterns.isProduct(product)) {
      return null;
    }
    for (int side = 0; side < 2; side++) {
      double bias = patterns.scalar(product.inputs().get(side));
      Node inverted = patterns.origin(product.inputs().get(1 - side));
      if (bias <= MASKING && inverted.is("Sub") && patterns.isScalar(inverted.inputs().get(0), 1)) {
        Node input = stretched(patterns, inverted.inputs().get(1));
        return input == null ? null : new Mask(input, bias);
      }
    }
    return null;
  }

  private static @Nullable Node stretched(Patterns patterns, TensorRef ref) {
    TensorRef at = ref;
    for (int i = 0; i < LONGEST_CHAIN; i++) {
      Node node = patterns.origin(at);
      if (node.is("Placeholder", "PlaceholderWithDefault")) {
        return node.shape() != null && node.shape().size() == 2 ? node : null;
      }
      if (node.is("ExpandDims", "Reshape", "Cast")) {
        at = node.inputs().get(0);
      } else if (Patterns.isProduct(node) && patterns.isOnes(node.inputs().get(0))) {
        at = node.inputs().get(1);
      } else if (Patterns.isProduct(node) && patterns.isOnes(node.inputs().get(1))) {
        at = node.inputs().get(0);
      } else {
        return null;
      }
    }
    return null;
  }
}
