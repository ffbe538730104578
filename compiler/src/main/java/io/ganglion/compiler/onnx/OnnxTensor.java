package io.ganglion.compiler.onnx;

import io.ganglion.compiler.graph.Numbers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A constant of an ONNX file. Its elements stay where they are, mostly in the mapped file, until
 * they are read. Immutable.
 */
public final class OnnxTensor {
  private final String name;
  private final OnnxType type;
  private final List<Long> shape;
  private final ByteBuffer bytes;

  /**
   * @param bytes all elements, little-endian and row-major; not copied
   */
  OnnxTensor(String name, OnnxType type, List<Long> shape, ByteBuffer bytes) {
    this.name = name;
    this.type = type;
    this.shape = List.copyOf(shape);
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  public String name() {
    return name;
  }

  public OnnxType type() {
    return type;
  }

  /** Sizes of its axes. */
  public List<Long> shape() {
    return shape;
  }

  /** Number of elements. */
  public int elements() {
    return type.bytes() == 0 ? 0 : bytes.limit() / type.bytes();
  }

  /** All elements, little-endian; a fresh view. */
  public ByteBuffer bytes() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** An element as a number. */
  public double real(int index) {
    return Numbers.read(type.element(), bytes, index);
  }

  /** An element of a type of integers or truth values. */
  public long integer(int index) {
    return type == OnnxType.INT64 ? bytes.getLong(index * 8) : (long) real(index);
  }

  /** Copies elements from index {@code from} on to {@code to[at]} and after. */
  public void copy(int from, int count, double[] to, int at) {
    if (type == OnnxType.FLOAT) {
      for (int i = 0; i < count; i++) {
        to[at + i] = bytes.getFloat((from + i) * 4);
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      to[at + i] = real(from + i);
    }
  }

  @Override
  public String toString() {
    return name + " " + shape;
  }
}
