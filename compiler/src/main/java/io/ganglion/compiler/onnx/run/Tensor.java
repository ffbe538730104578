package io.ganglion.compiler.onnx.run;

import io.ganglion.compiler.onnx.OnnxTensor;
import io.ganglion.compiler.onnx.OnnxType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A value of a running graph: real numbers in double precision, or integers, or truth values as 0
 * and 1. A constant's numbers stay in the file until they are asked for. Nobody changes the arrays
 * of a tensor that was handed on.
 */
public final class Tensor {
  /** What its elements are. */
  public enum Kind {
    REAL,
    INTEGER,
    TRUTH
  }

  /** Far more than the attention scores of one long text, and few enough for the heap. */
  private static final long MOST_ELEMENTS = 1 << 26;

  private final Kind kind;
  private final int[] shape;
  private final int elements;
  private final double @Nullable [] reals;
  private final long @Nullable [] integers;
  private final @Nullable OnnxTensor constant;

  private Tensor(
      Kind kind,
      int[] shape,
      int elements,
      double @Nullable [] reals,
      long @Nullable [] integers,
      @Nullable OnnxTensor constant) {
    this.kind = kind;
    this.shape = shape;
    this.elements = elements;
    this.reals = reals;
    this.integers = integers;
    this.constant = constant;
  }

  /** Real numbers; the arrays are not copied. */
  public static Tensor reals(int[] shape, double[] values) {
    require(shape, values.length);
    return new Tensor(Kind.REAL, shape, values.length, values, null, null);
  }

  /** Integers; the arrays are not copied. */
  public static Tensor integers(int[] shape, long... values) {
    require(shape, values.length);
    return new Tensor(Kind.INTEGER, shape, values.length, null, values, null);
  }

  /** Truth values, 0 and 1; the arrays are not copied. */
  static Tensor truths(int[] shape, long[] values) {
    require(shape, values.length);
    return new Tensor(Kind.TRUTH, shape, values.length, null, values, null);
  }

  /** Numbers of this kind; the arrays are not copied. */
  static Tensor whole(Kind kind, int[] shape, long[] values) {
    return kind == Kind.TRUTH ? truths(shape, values) : integers(shape, values);
  }

  /** A constant of the file. */
  static Tensor constant(OnnxTensor constant) {
    if (constant.type() == OnnxType.OTHER) {
      throw new Unfit("the constant " + constant + " has a type that is not supported");
    }
    int[] shape = constant.shape().stream().mapToInt(Math::toIntExact).toArray();
    Kind kind =
        constant.type().isReal()
            ? Kind.REAL
            : constant.type() == OnnxType.BOOL ? Kind.TRUTH : Kind.INTEGER;
    return new Tensor(kind, shape, constant.elements(), null, null, constant);
  }

  private static void require(int[] shape, int elements) {
    if (count(shape) != elements) {
      throw new Unfit(elements + " values cannot be taken as " + Arrays.toString(shape));
    }
  }

  /** Number of elements of a shape; refuses negative sizes, and more than a graph may have. */
  static int count(int... shape) {
    long elements = 1;
    for (int size : shape) {
      elements *= size;
      if (size < 0 || elements > MOST_ELEMENTS) {
        throw new Unfit("the shape " + Arrays.toString(shape) + " is negative or too large");
      }
    }
    return (int) elements;
  }

  public Kind kind() {
    return kind;
  }

  boolean isReal() {
    return kind == Kind.REAL;
  }

  /** Sizes of its axes, a fresh array. */
  public int[] shape() {
    return shape.clone();
  }

  /** Number of axes. */
  public int rank() {
    return shape.length;
  }

  /** The size of an axis; negative ones count from the end. */
  int size(int axis) {
    return shape[axis(axis)];
  }

  /** An axis counted from the start. */
  int axis(long axis) {
    return axis(axis, shape.length);
  }

  static int axis(long axis, int rank) {
    long from = axis < 0 ? axis + rank : axis;
    if (from < 0 || from >= rank) {
      throw new Unfit("there is no axis " + axis + " of " + rank);
    }
    return (int) from;
  }

  /** Number of elements. */
  public int elements() {
    return elements;
  }

  /** An element as a real number. */
  public double real(int index) {
    if (constant != null) {
      return constant.real(index);
    }
    return reals != null ? reals[index] : integers()[index];
  }

  /** An element as an integer. */
  public long integer(int index) {
    if (constant != null) {
      return constant.integer(index);
    }
    return integers != null ? integers[index] : (long) real(index);
  }

  /** Copies elements from index {@code from} on to {@code to[at]} and after. */
  void copy(int from, int count, double[] to, int at) {
    if (constant != null) {
      constant.copy(from, count, to, at);
    } else if (reals != null) {
      System.arraycopy(reals, from, to, at, count);
    } else {
      for (int i = 0; i < count; i++) {
        to[at + i] = integers()[from + i];
      }
    }
  }

  /** All elements as real numbers; not to be changed. */
  double[] reals() {
    if (reals != null) {
      return reals;
    }
    double[] values = new double[count(elements)];
    copy(0, elements, values, 0);
    return values;
  }

  /** All elements as integers; not to be changed. */
  long[] integers() {
    if (integers != null) {
      return integers;
    }
    long[] values = new long[count(elements)];
    for (int i = 0; i < values.length; i++) {
      values[i] = integer(i);
    }
    return values;
  }

  /** The only element, as an integer. */
  long scalar() {
    if (elements != 1) {
      throw new Unfit("one number should stand where " + Arrays.toString(shape) + " are");
    }
    return integer(0);
  }

  /** The same elements in another shape. */
  Tensor reshaped(int... other) {
    require(other, elements);
    return new Tensor(kind, other, elements, reals, integers, constant);
  }

  /** The elements at these indices, in another shape. */
  Tensor picked(int[] other, int[] indices) {
    require(other, indices.length);
    if (isReal()) {
      double[] values = new double[indices.length];
      for (int i = 0; i < indices.length; i++) {
        values[i] = real(indices[i]);
      }
      return reals(other, values);
    }
    long[] values = new long[indices.length];
    for (int i = 0; i < indices.length; i++) {
      values[i] = integer(indices[i]);
    }
    return whole(kind, other, values);
  }

  @Override
  public String toString() {
    return kind + " " + Arrays.toString(shape);
  }
}
