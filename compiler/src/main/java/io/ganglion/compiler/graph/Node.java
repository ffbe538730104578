package io.ganglion.compiler.graph;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One operator of a graph.
 *
 * @param name unique in its graph
 * @param op TensorFlow's name of the operator
 * @param inputs data inputs, in order
 * @param controls nodes that must run before it
 * @param attributes by name
 */
public record Node(
    String name,
    String op,
    List<TensorRef> inputs,
    List<String> controls,
    Map<String, Attribute> attributes) {
  public Node {
    inputs = List.copyOf(inputs);
    controls = List.copyOf(controls);
    attributes = Map.copyOf(attributes);
  }

  /** Whether the operator is one of these. */
  public boolean is(String... ops) {
    for (String candidate : ops) {
      if (op.equals(candidate)) {
        return true;
      }
    }
    return false;
  }

  /** The constant in attribute {@code value}, or null. */
  public @Nullable TensorValue constant() {
    return attributes.get("value") instanceof Attribute.Value value ? value.tensor() : null;
  }

  /** A boolean; false if absent, as in every operator that BERT needs. */
  public boolean flag(String attribute) {
    return attributes.get(attribute) instanceof Attribute.Flag flag && flag.value();
  }

  /** An integer, or the given one if absent. */
  public long integer(String attribute, long absent) {
    return attributes.get(attribute) instanceof Attribute.Int number ? number.value() : absent;
  }

  /** A text, or the given one if absent. */
  public String text(String attribute, String absent) {
    return attributes.get(attribute) instanceof Attribute.Text text ? text.value() : absent;
  }

  /** The shape in attribute {@code shape}; null if absent or unknown. */
  public @Nullable List<Long> shape() {
    return attributes.get("shape") instanceof Attribute.Shape shape && shape.known()
        ? shape.sizes()
        : null;
  }

  /** The element type in this attribute, or null. */
  public @Nullable ElementType type(String attribute) {
    return attributes.get(attribute) instanceof Attribute.Type type ? type.element() : null;
  }

  /** The same node with another operator. */
  public Node as(String otherOp, List<TensorRef> others, Map<String, Attribute> otherAttributes) {
    return new Node(name, otherOp, others, controls, otherAttributes);
  }

  /** The same node as an identity of a tensor of its own element type. */
  public Node passing(TensorRef tensor) {
    return as("Identity", List.of(tensor), typeOnly());
  }

  private Map<String, Attribute> typeOnly() {
    Attribute type = attributes.get("T");
    return type == null ? Map.of() : Map.of("T", type);
  }

  /** The same node with another name. */
  public Node named(String other) {
    return new Node(other, op, inputs, controls, attributes);
  }

  /** The same node with this attribute added or replaced. */
  public Node with(String attribute, Attribute value) {
    Map<String, Attribute> changed = new TreeMap<>(attributes);
    changed.put(attribute, value);
    return new Node(name, op, inputs, controls, changed);
  }

  /** The same node with other inputs. */
  public Node withInputs(List<TensorRef> others) {
    return new Node(name, op, others, controls, attributes);
  }
}
