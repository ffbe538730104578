package io.ganglion.compiler.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A constant tensor. The last stored element also stands for all elements after it, so a filled
 * tensor of any size is small. Immutable.
 */
public final class TensorValue {
  /** As much as a message can hold, and more than any filled tensor of a model has. */
  private static final long MAX_BYTES = Integer.MAX_VALUE;

  private final ElementType type;
  private final long[] shape;
  private final ByteBuffer bytes;
  private final List<String> texts;

  private TensorValue(ElementType type, long[] shape, ByteBuffer bytes, List<String> texts) {
    this.type = type;
    this.shape = shape;
    this.bytes = bytes;
    this.texts = texts;
  }

  /**
   * A tensor of numbers, little-endian and row-major; not copied.
   *
   * @param bytes all elements, or the first few of them
   */
  public static TensorValue of(ElementType type, long[] shape, ByteBuffer bytes) {
    long elements = elements(shape);
    if (elements > MAX_BYTES / Math.max(1, type.bytes())) {
      throw new IllegalArgumentException(
          "a constant of the shape " + Arrays.toString(shape) + " is beyond 2 GiB");
    }
    ByteBuffer view = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (type.bytes() == 0
        || view.remaining() % type.bytes() != 0
        || view.remaining() / type.bytes() > elements) {
      throw new IllegalArgumentException(
          view.remaining()
              + " bytes do not make a constant of "
              + type
              + " "
              + Arrays.toString(shape));
    }
    return new TensorValue(type, shape.clone(), view, List.of());
  }

  /** A tensor of texts, one char for each byte. */
  public static TensorValue ofTexts(long[] shape, List<String> texts) {
    if (texts.size() > elements(shape)) {
      throw new IllegalArgumentException(
          texts.size() + " texts do not fit the shape " + Arrays.toString(shape));
    }
    return new TensorValue(
        ElementType.STRING, shape.clone(), ByteBuffer.allocate(0), List.copyOf(texts));
  }

  /** A scalar or a vector of fp32 numbers. */
  public static TensorValue floats(long[] shape, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return of(ElementType.FLOAT, shape, bytes);
  }

  /** A scalar of type int32. */
  public static TensorValue scalar(int value) {
    return ints(new long[0], value);
  }

  /** A scalar of type fp32. */
  public static TensorValue scalar(float value) {
    return floats(new long[0], value);
  }

  /** A vector of type int32. */
  public static TensorValue vector(int... values) {
    return ints(new long[] {values.length}, values);
  }

  private static TensorValue ints(long[] shape, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    return of(ElementType.INT32, shape, bytes);
  }

  private static long elements(long[] shape) {
    long elements = 1;
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException("A constant has a negative size: " + size);
      }
      elements = Math.multiplyExact(elements, size);
    }
    return elements;
  }

  public ElementType type() {
    return type;
  }

  /** Sizes of the axes, a fresh array. */
  public long[] shape() {
    return shape.clone();
  }

  /** Number of elements. */
  public long elements() {
    return elements(shape);
  }

  /** The stored elements, little-endian; a fresh view. */
  public ByteBuffer bytes() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The stored texts. */
  public List<String> texts() {
    return texts;
  }

  /** Whether all elements are numbers that {@link #at} can give. */
  public boolean isNumber() {
    return type.isReal() || type.isInteger() || type == ElementType.BOOL;
  }

  /** Element {@code index} as a number. */
  public double at(long index) {
    int stored = bytes.limit() / type.bytes();
    if (stored == 0) {
      return 0;
    }
    return Numbers.read(type, bytes, (int) Math.min(index, stored - 1));
  }

  /** All elements as fp32, a fresh array. There must be at most 2^31 - 1. */
  public float[] toFloats() {
    float[] values = new float[Math.toIntExact(elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) at(i);
    }
    return values;
  }
}
