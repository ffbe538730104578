package io.ganglion.compiler.onnx.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Operators that move elements and change none. */
final class Rearrange {
  private Rearrange() {}

  static void addTo(Map<String, Kernel> kernels) {
    kernels.put("Reshape", Kernel.of(Rearrange::reshape));
    kernels.put("Flatten", Kernel.of(Rearrange::flatten));
    kernels.put("Transpose", Kernel.of(Rearrange::transpose));
    kernels.put("Unsqueeze", Kernel.of(Rearrange::unsqueeze));
    kernels.put("Squeeze", Kernel.of(Rearrange::squeeze));
    kernels.put("Expand", Kernel.of(Rearrange::expand));
    kernels.put("Tile", Kernel.of(Rearrange::tile));
    kernels.put("Concat", Kernel.of(Rearrange::concat));
    kernels.put("Split", Rearrange::split);
    kernels.put("Slice", Kernel.of(Rearrange::slice));
    kernels.put("Trilu", Kernel.of(Rearrange::triangle));
  }

  private static Tensor reshape(Call call) {
    Tensor x = call.input(0);
    long[] sizes = call.input(1).integers();
    boolean zeroIsZero = call.node().integer("allowzero", 0) != 0;
    int[] from = x.shape();
    int[] shape = new int[sizes.length];
    int open = -1;
    long known = 1;
    for (int i = 0; i < shape.length; i++) {
      boolean copied = sizes[i] == 0 && !zeroIsZero;
      if (sizes[i] < -1 || (copied && i >= from.length) || (sizes[i] == -1 && open >= 0)) {
        throw new Unfit(x + " cannot be taken as " + Arrays.toString(sizes));
      }
      open = sizes[i] == -1 ? i : open;
      shape[i] = copied ? from[i] : Math.toIntExact(Math.max(0, sizes[i]));
      known = sizes[i] == -1 ? known : Math.multiplyExact(known, shape[i]);
    }
    if (open >= 0) {
      shape[open] = known == 0 ? 0 : (int) (x.elements() / known);
    }
    return x.reshaped(shape);
  }

  private static Tensor flatten(Call call) {
    Tensor x = call.input(0);
    long axis = call.node().integer("axis", 1);
    int split = (int) (axis < 0 ? axis + x.rank() : axis);
    if (split < 0 || split > x.rank()) {
      throw new Unfit("there is no axis " + axis + " of " + x);
    }
    int rows = Tensor.count(Arrays.copyOf(x.shape(), split));
    int columns = Tensor.count(Arrays.copyOfRange(x.shape(), split, x.rank()));
    return x.reshaped(rows, columns);
  }

  private static Tensor transpose(Call call) {
    Tensor x = call.input(0);
    List<Long> order = call.node().integers("perm");
    int rank = x.rank();
    int[] axes =
        order == null
            ? IntStream.range(0, rank).map(i -> rank - 1 - i).toArray()
            : order.stream().mapToInt(axis -> Tensor.axis(axis, rank)).toArray();
    if (axes.length != rank || Arrays.stream(axes).distinct().count() != rank) {
      throw new Unfit("the axes of " + x + " cannot be put in the order " + order);
    }
    return transposed(x, axes);
  }

  static Tensor transposed(Tensor x, int... axes) {
    int[] strides = Broadcast.strides(x.shape());
    int[] shape = Arrays.stream(axes).map(x::size).toArray();
    return x.picked(
        shape, Broadcast.walk(shape, Arrays.stream(axes).map(axis -> strides[axis]).toArray(), 0));
  }

  private static Tensor unsqueeze(Call call) {
    Tensor x = call.input(0);
    long[] axes = call.integers(1, "axes");
    if (axes == null) {
      throw new Unfit("it names no axes");
    }
    int rank = x.rank() + axes.length;
    boolean[] isNew = new boolean[rank];
    for (long axis : axes) {
      isNew[Tensor.axis(axis, rank)] = true;
    }
    int[] shape = new int[rank];
    int at = 0;
    for (int i = 0; i < rank; i++) {
      shape[i] = isNew[i] ? 1 : x.size(at++);
    }
    return x.reshaped(shape);
  }

  private static Tensor squeeze(Call call) {
    Tensor x = call.input(0);
    long[] axes = call.integers(1, "axes");
    boolean[] gone = new boolean[x.rank()];
    for (int i = 0; axes == null && i < gone.length; i++) {
      gone[i] = x.size(i) == 1;
    }
    for (int i = 0; axes != null && i < axes.length; i++) {
      gone[x.axis(axes[i])] = true;
    }
    return x.reshaped(IntStream.range(0, gone.length).filter(i -> !gone[i]).map(x::size).toArray());
  }

  private static int[] sizes(Tensor shape) {
    return Arrays.stream(shape.integers()).mapToInt(Math::toIntExact).toArray();
  }

  private static Tensor expand(Call call) {
    Tensor x = call.input(0);
    int[] shape = Broadcast.shape(x.shape(), sizes(call.input(1)));
    return x.picked(shape, Broadcast.indices(x.shape(), shape));
  }

  private static Tensor tile(Call call) {
    Tensor x = call.input(0);
    int[] times = sizes(call.input(1));
    if (times.length != x.rank()) {
      throw new Unfit(x + " cannot be repeated " + Arrays.toString(times) + " times");
    }
    int[] shape = new int[times.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = Math.multiplyExact(x.size(i), times[i]);
    }
    int[] strides = Broadcast.strides(x.shape());
    int[] indices = new int[Tensor.count(shape)];
    int[] target = Broadcast.strides(shape);
    for (int i = 0; i < indices.length; i++) {
      for (int axis = 0; axis < shape.length; axis++) {
        indices[i] += i / target[axis] % shape[axis] % x.size(axis) * strides[axis];
      }
    }
    return x.picked(shape, indices);
  }

  private static Tensor concat(Call call) {
    Tensor first = call.input(0);
    int axis = first.axis(call.node().integer("axis", 0));
    int[] shape = first.shape();
    shape[axis] = 0;
    for (int i = 0; i < call.inputs().size(); i++) {
      int[] part = call.input(i).shape();
      if (part.length != shape.length) {
        throw new Unfit(first + " and " + call.input(i) + " cannot be joined");
      }
      shape[axis] = Math.addExact(shape[axis], part[axis]);
      part[axis] = first.size(axis);
      if (!Arrays.equals(part, first.shape())) {
        throw new Unfit(first + " and " + call.input(i) + " cannot be joined");
      }
    }
    int outer = Tensor.count(Arrays.copyOf(shape, axis));
    int inner = Tensor.count(Arrays.copyOfRange(shape, axis + 1, shape.length));
    int count = Tensor.count(shape);
    double[] reals = first.isReal() ? new double[count] : new double[0];
    long[] whole = first.isReal() ? new long[0] : new long[count];
    int start = 0;
    for (int i = 0; i < call.inputs().size(); i++) {
      Tensor part = call.input(i);
      int width = part.size(axis) * inner;
      for (int row = 0; row < outer; row++) {
        int to = row * shape[axis] * inner + start;
        if (first.isReal()) {
          part.copy(row * width, width, reals, to);
        } else {
          System.arraycopy(part.integers(), row * width, whole, to, width);
        }
      }
      start += width;
    }
    return first.isReal() ? Tensor.reals(shape, reals) : Tensor.whole(first.kind(), shape, whole);
  }

  private static List<Tensor> split(Call call) {
    Tensor x = call.input(0);
    int axis = x.axis(call.node().integer("axis", 0));
    int parts = call.node().outputs().size();
    long[] sizes = call.integers(1, "split");
    List<Tensor> results = new ArrayList<>();
    int start = 0;
    int even = (x.size(axis) + parts - 1) / parts;
    for (int i = 0; i < parts; i++) {
      int rest = x.size(axis) - start;
      int size = sizes == null ? Math.min(even, rest) : Math.toIntExact(sizes[i]);
      if (size < 0 || size > rest) {
        throw new Unfit(x + " cannot be split into " + Arrays.toString(sizes));
      }
      results.add(part(x, axis, start, size));
      start += size;
    }
    return results;
  }

  /** The slices {@code start} and after of an axis. */
  static Tensor part(Tensor x, int axis, int start, int size) {
    int[] shape = x.shape();
    int[] strides = Broadcast.strides(shape);
    shape[axis] = size;
    return x.picked(shape, Broadcast.walk(shape, strides, start * strides[axis]));
  }

  private static Tensor slice(Call call) {
    Tensor x = call.input(0);
    long[] starts = call.input(1).integers();
    long[] ends = call.input(2).integers();
    long[] axes = integers(call.optional(3));
    long[] steps = integers(call.optional(4));
    int[] shape = x.shape();
    int[] strides = Broadcast.strides(shape);
    int from = 0;
    for (int i = 0; i < starts.length; i++) {
      int axis = x.axis(axes == null ? i : axes[i]);
      long step = steps == null ? 1 : steps[i];
      if (step == 0 || Math.abs(step) > Integer.MAX_VALUE) {
        throw new Unfit("it takes steps of " + step);
      }
      int size = x.size(axis);
      long low = step > 0 ? 0 : -1;
      long high = step > 0 ? size : size - 1;
      long begin = within(starts[i], size, 0, high);
      long end = within(ends[i], size, low, high);
      long count = step > 0 ? (end - begin + step - 1) / step : (begin - end - step - 1) / -step;
      shape[axis] = (int) Math.max(0, count);
      from += shape[axis] == 0 ? 0 : (int) begin * strides[axis];
      strides[axis] *= (int) step;
    }
    return x.picked(shape, Broadcast.walk(shape, strides, from));
  }

  /** A bound of a slice: negative ones count from the end, and none lies outside. */
  private static long within(long bound, int size, long low, long high) {
    return Math.max(low, Math.min(high, bound < 0 ? bound + size : bound));
  }

  private static long @Nullable [] integers(@Nullable Tensor tensor) {
    return tensor == null ? null : tensor.integers();
  }

  private static Tensor triangle(Call call) {
    Tensor x = call.input(0);
    Tensor shift = call.optional(1);
    long diagonal = shift == null ? 0 : shift.scalar();
    boolean upper = call.node().integer("upper", 1) != 0;
    int rows = x.size(-2);
    int columns = x.size(-1);
    double[] values = x.reals().clone();
    for (int i = 0; i < values.length; i++) {
      int distance = i % columns - i / columns % rows;
      values[i] = (upper ? distance >= diagonal : distance <= diagonal) ? values[i] : 0;
    }
    if (x.isReal()) {
      return Tensor.reals(x.shape(), values);
    }
    return Tensor.whole(
        x.kind(), x.shape(), Arrays.stream(values).mapToLong(value -> (long) value).toArray());
  }
}
