package io.ganglion.compiler.pass;

import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Replaces GELU in the erf or tanh form, below a scope, by {@code x * sigmoid(1.702 x)}. Each value
 * changes by up to 0.02.
 */
public final class CrudeGelu implements GraphPass {
  private static final String INNER = "/crude/";

  private final String scope;

  /**
   * A pass for a part of a model.
   *
   * @param scope prefix of the nodes to change
   */
  public CrudeGelu(String scope) {
    this.scope = scope;
  }

  @Override
  public Program apply(Program program) {
    Patterns patterns = new Patterns(program.graph());
    return program.replacing(
        node -> {
          TensorRef x = node.name().startsWith(scope) ? geluOf(patterns, node) : null;
          return x == null ? List.of(node) : crude(node, x);
        });
  }

  /** The replacing nodes. The last one keeps the name. */
  private static List<Node> crude(Node gelu, TensorRef x) {
    GraphBuilder graph = new GraphBuilder();
    new GraphOps(graph).geluSigmoid(gelu.name() + INNER, x);
    List<Node> nodes = new ArrayList<>(graph.build().nodes());
    Node last = nodes.remove(nodes.size() - 1);
    nodes.add(gelu.withInputs(last.inputs()));
    return nodes;
  }

  /** The input of the GELU that ends in this node; null if it is not a GELU. */
  private static @Nullable TensorRef geluOf(Patterns patterns, Node node) {
    for (int side = 0; side < 2 && Patterns.isProduct(node); side++) {
      TensorRef x = node.inputs().get(side);
      Node half = patterns.node(node.inputs().get(1 - side));
      TensorRef sum = Patterns.isProduct(half) ? patterns.besideScalar(half, 0.5) : null;
      if (sum != null && isOnePlusCurve(patterns, patterns.node(sum), x)) {
        return x;
      }
    }
    return null;
  }

  private static boolean isOnePlusCurve(Patterns patterns, Node sum, TensorRef x) {
    TensorRef curve = Patterns.isSum(sum) ? patterns.besideScalar(sum, 1) : null;
    if (curve == null) {
      return false;
    }
    Node node = patterns.node(curve);
    return (node.is("Erf") && isOverRootTwo(patterns, patterns.node(node.inputs().get(0)), x))
        || (node.is("Tanh") && isTanhInner(patterns, patterns.node(node.inputs().get(0)), x));
  }

  private static boolean isOverRootTwo(Patterns patterns, Node node, TensorRef x) {
    TensorRef other = Patterns.beside(node, x);
    return other != null
        && ((node.is("RealDiv")
                && node.inputs().get(0).equals(x)
                && patterns.isScalar(other, Math.sqrt(2)))
            || (node.is("Mul") && patterns.isScalar(other, Math.sqrt(0.5))));
  }

  /** {@code sqrt(2 / pi) * (x + 0.044715 * x^3)} */
  private static boolean isTanhInner(Patterns patterns, Node node, TensorRef x) {
    TensorRef inner =
        Patterns.isProduct(node) ? patterns.besideScalar(node, Math.sqrt(2 / Math.PI)) : null;
    TensorRef small = inner == null ? null : Patterns.beside(patterns.node(inner), x);
    TensorRef cube =
        small == null || !Patterns.isProduct(patterns.node(small))
            ? null
            : patterns.besideScalar(patterns.node(small), 0.044715);
    Node power = cube == null ? null : patterns.node(cube);
    return power != null
        && power.is("Pow")
        && power.inputs().get(0).equals(x)
        && patterns.isScalar(power.inputs().get(1), 3);
  }
}
