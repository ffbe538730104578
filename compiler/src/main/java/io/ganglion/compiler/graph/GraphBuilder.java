package io.ganglion.compiler.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects nodes for a {@link Graph}. Not thread-safe. */
public final class GraphBuilder {
  private final Map<String, Node> nodes = new LinkedHashMap<>();

  /** Adds an operator and returns its first output. The name must be new. */
  public TensorRef op(
      String name, String op, Map<String, Attribute> attributes, TensorRef... inputs) {
    return add(new Node(name, op, Arrays.asList(inputs), List.of(), attributes));
  }

  /** Adds an operator with the element type of its operands in attribute {@code T}. */
  public TensorRef op(String name, String op, ElementType type, TensorRef... inputs) {
    return op(name, op, Map.of("T", Attribute.type(type)), inputs);
  }

  /** Adds an operator on fp32 operands. */
  public TensorRef real(String name, String op, TensorRef... inputs) {
    return op(name, op, ElementType.FLOAT, inputs);
  }

  /** Adds a constant. */
  public TensorRef constant(String name, TensorValue value) {
    return op(
        name,
        "Const",
        Map.of("dtype", Attribute.type(value.type()), "value", new Attribute.Value(value)));
  }

  /** Adds an fp32 reference variable and returns the reference, to which values are assigned. */
  public TensorRef variable(String name, List<Integer> shape) {
    List<Long> sizes = shape.stream().map(Integer::longValue).toList();
    return op(
        name,
        "VariableV2",
        attributes(
            "dtype", Attribute.type(ElementType.FLOAT),
            "shape", new Attribute.Shape(true, sizes),
            "container", new Attribute.Text(""),
            "shared_name", new Attribute.Text("")));
  }

  /** Adds a node. Its name must be new. */
  public TensorRef add(Node node) {
    if (nodes.putIfAbsent(node.name(), node) != null) {
      throw new IllegalArgumentException("Two nodes would be called " + node.name() + ".");
    }
    return TensorRef.of(node.name());
  }

  /** Attributes from pairs of name and value. */
  public static Map<String, Attribute> attributes(Object... pairs) {
    Map<String, Attribute> attributes = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      attributes.put((String) pairs[i], (Attribute) pairs[i + 1]);
    }
    return attributes;
  }

  /** The graph of all added nodes. */
  public Graph build() {
    return Graph.of(new ArrayList<>(nodes.values()));
  }
}
