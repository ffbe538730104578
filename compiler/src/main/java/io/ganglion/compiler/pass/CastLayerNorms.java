package io.ganglion.compiler.pass;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Computes the layer norms below a scope in 16 bits, including mean and variance. Casts their
 * inputs before and their result after. Saves reads and writes of fp32, but loses more accuracy
 * than 16-bit products do.
 */
public final class CastLayerNorms implements GraphPass {
  private final String scope;
  private final ElementType type;

  /**
   * @param scope prefix of the nodes to change
   * @param type BFLOAT16 or HALF
   */
  public CastLayerNorms(String scope, ElementType type) {
    this.scope = scope;
    this.type = type;
  }

  @Override
  public Program apply(Program program) {
    Graph graph = program.graph();
    Patterns patterns = new Patterns(graph);
    Map<String, List<Node>> rewritten = new HashMap<>();
    for (Node node : graph.nodes()) {
      LayerNormPattern norm =
          node.name().startsWith(scope) ? LayerNormPattern.match(patterns, node) : null;
      if (norm != null) {
        narrow(graph, norm, rewritten);
      }
    }
    return program.replacing(node -> rewritten.getOrDefault(node.name(), List.of(node)));
  }

  private void narrow(Graph graph, LayerNormPattern norm, Map<String, List<Node>> rewritten) {
    String suffix = "/" + type.name().toLowerCase(Locale.ROOT);
    Set<TensorRef> outside = new LinkedHashSet<>();
    for (String name : norm.nodes()) {
      Node inner = graph.node(name);
      for (int i = 0; i < realInputs(inner); i++) {
        if (!norm.nodes().contains(inner.inputs().get(i).node())) {
          outside.add(inner.inputs().get(i));
        }
      }
    }
    Map<TensorRef, TensorRef> narrow = new HashMap<>();
    List<Node> casts = new ArrayList<>();
    for (TensorRef ref : outside) {
      String name = norm.output() + "/cast_" + casts.size();
      casts.add(GraphOps.castNode(name, ref, ElementType.FLOAT, type));
      narrow.put(ref, TensorRef.of(name));
    }
    for (String name : norm.nodes()) {
      Node inner = narrowed(graph.node(name), narrow);
      if (name.equals(norm.output())) {
        casts.add(inner.named(name + suffix));
        TensorRef result = TensorRef.of(name + suffix);
        casts.add(GraphOps.castNode(name, result, type, ElementType.FLOAT));
      } else {
        rewritten.put(name, List.of(inner));
      }
    }
    rewritten.put(norm.output(), casts);
  }

  private Node narrowed(Node node, Map<TensorRef, TensorRef> narrow) {
    List<TensorRef> inputs = new ArrayList<>(node.inputs());
    for (int i = 0; i < realInputs(node); i++) {
      inputs.set(i, narrow.getOrDefault(inputs.get(i), inputs.get(i)));
    }
    return node.withInputs(inputs).with("T", Attribute.type(type));
  }

  /** Whether this is a mean's axes, which are integers. */
  private static int realInputs(Node node) {
    return node.is("Mean") ? 1 : node.inputs().size();
  }
}
