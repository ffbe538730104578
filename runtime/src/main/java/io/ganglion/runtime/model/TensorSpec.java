package io.ganglion.runtime.model;

import java.util.List;

/**
 * A tensor's name, type and shape.
 *
 * @param name unique in its file
 * @param type of its elements
 * @param shape sizes of its axes, none negative
 */
public record TensorSpec(String name, TensorType type, List<Integer> shape) {
  public TensorSpec {
    shape = List.copyOf(shape);
    for (int size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException("Tensor " + name + " has a negative size: " + shape);
      }
    }
  }

  /** A tensor of the given shape. */
  public static TensorSpec of(String name, TensorType type, Integer... shape) {
    return new TensorSpec(name, type, List.of(shape));
  }

  /** Number of elements; throws ArithmeticException if it does not fit a long. */
  public long elements() {
    long elements = 1;
    for (int size : shape) {
      elements = Math.multiplyExact(elements, size);
    }
    return elements;
  }

  /** Bytes of all elements; throws ArithmeticException if the number does not fit a long. */
  public long byteSize() {
    return Math.multiplyExact(elements(), type.bytes());
  }
}
