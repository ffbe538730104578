package io.ganglion.compiler.onnx.run;

import java.util.Arrays;

/** Shapes that are stretched to fit each other, as NumPy does it. */
final class Broadcast {
  private Broadcast() {}

  /** The common shape of two. */
  static int[] shape(int[] a, int[] b) {
    int rank = Math.max(a.length, b.length);
    int[] result = new int[rank];
    for (int i = 0; i < rank; i++) {
      int left = at(a, i - rank + a.length);
      int right = at(b, i - rank + b.length);
      if (left != right && left != 1 && right != 1) {
        throw new Unfit(
            "the shapes " + Arrays.toString(a) + " and " + Arrays.toString(b) + " do not fit");
      }
      result[i] = left == 1 ? right : left;
    }
    return result;
  }

  private static int at(int[] shape, int axis) {
    return axis < 0 ? 1 : shape[axis];
  }

  /** For each element of {@code to}, the index of the element of {@code from} that stands there. */
  static int[] indices(int[] from, int[] to) {
    int[] strides = new int[to.length];
    int stride = 1;
    for (int i = from.length - 1; i >= 0; i--) {
      int axis = i + to.length - from.length;
      if (axis < 0 || (from[i] != 1 && from[i] != to[axis])) {
        throw new Unfit(Arrays.toString(from) + " cannot be stretched to " + Arrays.toString(to));
      }
      strides[axis] = from[i] == 1 ? 0 : stride;
      stride *= from[i];
    }
    return walk(to, strides, 0);
  }

  /** The indices that a walk over a shape meets, with a stride for each axis. */
  static int[] walk(int[] shape, int[] strides, int start) {
    int[] indices = new int[Tensor.count(shape)];
    int[] at = new int[shape.length];
    int index = start;
    for (int i = 0; i < indices.length; i++) {
      indices[i] = index;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        index += strides[axis];
        if (++at[axis] < shape[axis]) {
          break;
        }
        index -= strides[axis] * at[axis];
        at[axis] = 0;
      }
    }
    return indices;
  }

  /** The distance of neighbours on each axis. */
  static int[] strides(int[] shape) {
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    return strides;
  }

  /** Whether {@code b} repeats along the first axes of {@code a}: a bias, or one number. */
  static boolean repeats(int[] a, int[] b) {
    int skip = 0;
    while (skip < b.length && b[skip] == 1) {
      skip++;
    }
    int rest = b.length - skip;
    if (b.length > a.length) {
      return false;
    }
    return Arrays.equals(a, a.length - rest, a.length, b, skip, b.length);
  }
}
