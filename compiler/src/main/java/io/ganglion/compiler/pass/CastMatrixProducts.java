package io.ganglion.compiler.pass;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes the matrix products below a scope in 16 bits, both in attention and in dense layers.
 * Adds casts before and after each product; everything else stays fp32.
 */
public final class CastMatrixProducts implements GraphPass {
  private final String scope;
  private final ElementType type;

  /**
   * @param scope prefix of the nodes to change
   * @param type BFLOAT16 or HALF
   */
  public CastMatrixProducts(String scope, ElementType type) {
    this.scope = scope;
    this.type = type;
  }

  @Override
  public Program apply(Program program) {
    return program.replacing(node -> isWide(node) ? narrowed(node) : List.of(node));
  }

  private boolean isWide(Node node) {
    return node.name().startsWith(scope)
        && Patterns.isMatrixProduct(node)
        && node.type("T") == ElementType.FLOAT;
  }

  private List<Node> narrowed(Node node) {
    List<Node> nodes = new ArrayList<>();
    List<TensorRef> narrow = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      String name = node.name() + "/cast_" + i;
      nodes.add(GraphOps.castNode(name, node.inputs().get(i), ElementType.FLOAT, type));
      narrow.add(TensorRef.of(name));
    }
    Node product =
        node.withInputs(narrow)
            .with("T", Attribute.type(type))
            .named(node.name() + "/" + type.name().toLowerCase(java.util.Locale.ROOT));
    nodes.add(product);
    nodes.add(
        GraphOps.castNode(node.name(), TensorRef.of(product.name()), type, ElementType.FLOAT));
    return nodes;
  }
}
