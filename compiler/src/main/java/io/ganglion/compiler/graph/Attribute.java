package io.ganglion.compiler.graph;

import java.util.List;
import java.util.Map;

/** The value of a node's attribute. */
public sealed interface Attribute {
  /** An integer. */
  record Int(long value) implements Attribute {}

  /** A real number. */
  record Real(float value) implements Attribute {}

  /** A truth value. */
  record Flag(boolean value) implements Attribute {}

  /** Bytes, mostly text; one char for each byte. */
  record Text(String value) implements Attribute {}

  /**
   * An element type.
   *
   * @param number its number in SavedModels; 100 or more for references
   */
  record Type(int number) implements Attribute {
    public ElementType element() {
      return ElementType.of(number % 100);
    }
  }

  /**
   * A shape.
   *
   * @param known whether the number of axes is known
   * @param sizes -1 where unknown
   */
  record Shape(boolean known, List<Long> sizes) implements Attribute {
    public Shape {
      sizes = List.copyOf(sizes);
    }
  }

  /** A constant. */
  record Value(TensorValue tensor) implements Attribute {}

  /** A list. */
  record Many(List<Attribute> values) implements Attribute {
    public Many {
      values = List.copyOf(values);
    }
  }

  /** The name of a function, with its own attributes. */
  record Function(String name, Map<String, Attribute> attributes) implements Attribute {
    public Function {
      attributes = Map.copyOf(attributes);
    }
  }

  /** A type attribute. */
  static Attribute type(ElementType type) {
    return new Type(type.number());
  }
}
