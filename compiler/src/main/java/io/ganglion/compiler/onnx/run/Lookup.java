package io.ganglion.compiler.onnx.run;

import io.ganglion.compiler.onnx.OnnxTensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators that read shapes, make constants and pick elements by index. */
final class Lookup {
  private Lookup() {}

  static void addTo(Map<String, Kernel> kernels) {
    kernels.put("Shape", Kernel.of(Lookup::shape));
    kernels.put("Size", Kernel.of(call -> Tensor.integers(new int[0], call.input(0).elements())));
    kernels.put("ConstantOfShape", Kernel.of(Lookup::filled));
    kernels.put("Range", Kernel.of(Lookup::range));
    kernels.put("Gather", Kernel.of(Lookup::gather));
    kernels.put("GatherElements", Kernel.of(Lookup::gatherElements));
    kernels.put("GatherND", Kernel.of(Lookup::gatherNd));
    kernels.put("NonZero", Kernel.of(Lookup::nonZero));
    kernels.put("CumSum", Kernel.of(Lookup::cumulativeSum));
    kernels.put("OneHot", Kernel.of(Lookup::oneHot));
  }

  private static Tensor shape(Call call) {
    int[] shape = call.input(0).shape();
    int start = bound(call.node().integer("start", 0), shape.length);
    int end = bound(call.node().integer("end", shape.length), shape.length);
    long[] sizes = Arrays.stream(shape).asLongStream().toArray();
    long[] part = Arrays.copyOfRange(sizes, start, Math.max(start, end));
    return Tensor.integers(new int[] {part.length}, part);
  }

  private static int bound(long axis, int rank) {
    return (int) Math.max(0, Math.min(rank, axis < 0 ? axis + rank : axis));
  }

  private static Tensor filled(Call call) {
    long[] sizes = call.input(0).integers();
    int[] shape = Arrays.stream(sizes).mapToInt(Math::toIntExact).toArray();
    int count = Tensor.count(shape);
    OnnxTensor value = call.node().constant("value");
    Tensor element = value == null ? null : Tensor.constant(value);
    if (element == null || element.isReal()) {
      double[] values = new double[count];
      Arrays.fill(values, element == null || count == 0 ? 0 : element.real(0));
      return Tensor.reals(shape, values);
    }
    long[] values = new long[count];
    Arrays.fill(values, element.integer(0));
    return Tensor.whole(element.kind(), shape, values);
  }

  private static Tensor range(Call call) {
    Tensor start = call.input(0);
    if (start.isReal()) {
      double from = start.real(0);
      double step = call.input(2).real(0);
      double[] values = new double[count((call.input(1).real(0) - from) / step)];
      for (int i = 0; i < values.length; i++) {
        values[i] = from + i * step;
      }
      return Tensor.reals(new int[] {values.length}, values);
    }
    long from = start.scalar();
    long step = call.input(2).scalar();
    long[] values = new long[count((double) (call.input(1).scalar() - from) / step)];
    for (int i = 0; i < values.length; i++) {
      values[i] = from + i * step;
    }
    return Tensor.integers(new int[] {values.length}, values);
  }

  private static int count(double steps) {
    if (!(Math.abs(steps) < Integer.MAX_VALUE)) {
      throw new Unfit("it counts " + steps + " steps");
    }
    return Tensor.count((int) Math.max(0, Math.ceil(steps)));
  }

  private static int index(long index, int size) {
    long from = index < 0 ? index + size : index;
    if (from < 0 || from >= size) {
      throw new Unfit("it reads element " + index + " of " + size);
    }
    return (int) from;
  }

  private static Tensor gather(Call call) {
    Tensor x = call.input(0);
    Tensor indices = call.input(1);
    int axis = x.axis(call.node().integer("axis", 0));
    int outer = Tensor.count(Arrays.copyOf(x.shape(), axis));
    int inner = Tensor.count(Arrays.copyOfRange(x.shape(), axis + 1, x.rank()));
    int[] shape = new int[x.rank() - 1 + indices.rank()];
    System.arraycopy(x.shape(), 0, shape, 0, axis);
    System.arraycopy(indices.shape(), 0, shape, axis, indices.rank());
    System.arraycopy(x.shape(), axis + 1, shape, axis + indices.rank(), x.rank() - axis - 1);
    int[] picked = new int[Tensor.count(shape)];
    int at = 0;
    for (int row = 0; row < outer; row++) {
      for (int i = 0; i < indices.elements(); i++) {
        int from = (row * x.size(axis) + index(indices.integer(i), x.size(axis))) * inner;
        for (int column = 0; column < inner; column++) {
          picked[at++] = from + column;
        }
      }
    }
    return x.picked(shape, picked);
  }

  private static Tensor gatherElements(Call call) {
    Tensor x = call.input(0);
    Tensor indices = call.input(1);
    int axis = x.axis(call.node().integer("axis", 0));
    if (indices.rank() != x.rank()) {
      throw new Unfit(x + " and " + indices + " do not have as many axes");
    }
    int[] strides = Broadcast.strides(x.shape());
    int stride = strides[axis];
    strides[axis] = 0;
    int[] picked = Broadcast.walk(indices.shape(), strides, 0);
    for (int i = 0; i < picked.length; i++) {
      picked[i] += index(indices.integer(i), x.size(axis)) * stride;
    }
    return x.picked(indices.shape(), picked);
  }

  private static Tensor gatherNd(Call call) {
    Tensor x = call.input(0);
    Tensor indices = call.input(1);
    if (call.node().integer("batch_dims", 0) != 0) {
      throw new Unfit("batch axes are not supported");
    }
    int depth = indices.size(-1);
    if (depth > x.rank()) {
      throw new Unfit(x + " has fewer axes than the " + depth + " that are indexed");
    }
    int[] strides = Broadcast.strides(x.shape());
    int inner = Tensor.count(Arrays.copyOfRange(x.shape(), depth, x.rank()));
    int[] shape = Arrays.copyOf(indices.shape(), indices.rank() - 1 + x.rank() - depth);
    System.arraycopy(x.shape(), depth, shape, indices.rank() - 1, x.rank() - depth);
    int[] picked = new int[Tensor.count(shape)];
    for (int i = 0; i * inner < picked.length; i++) {
      int from = 0;
      for (int axis = 0; axis < depth; axis++) {
        from += index(indices.integer(i * depth + axis), x.size(axis)) * strides[axis];
      }
      for (int column = 0; column < inner; column++) {
        picked[i * inner + column] = from + column;
      }
    }
    return x.picked(shape, picked);
  }

  private static Tensor nonZero(Call call) {
    Tensor x = call.input(0);
    int[] strides = Broadcast.strides(x.shape());
    int[] found =
        java.util.stream.IntStream.range(0, x.elements()).filter(i -> x.real(i) != 0).toArray();
    long[] values = new long[Tensor.count(x.rank(), found.length)];
    for (int axis = 0; axis < x.rank(); axis++) {
      for (int i = 0; i < found.length; i++) {
        values[axis * found.length + i] = found[i] / strides[axis] % x.size(axis);
      }
    }
    return Tensor.integers(new int[] {x.rank(), found.length}, values);
  }

  private static Tensor cumulativeSum(Call call) {
    Tensor x = call.input(0);
    if (call.node().integer("exclusive", 0) != 0 || call.node().integer("reverse", 0) != 0) {
      throw new Unfit("an exclusive or reverse sum is not supported");
    }
    int axis = x.axis(call.input(1).scalar());
    int stride = Broadcast.strides(x.shape())[axis];
    double[] sums = x.reals().clone();
    for (int i = 0; i < sums.length; i++) {
      sums[i] += i / stride % x.size(axis) == 0 ? 0 : sums[i - stride];
    }
    if (x.isReal()) {
      return Tensor.reals(x.shape(), sums);
    }
    return Tensor.integers(
        x.shape(), Arrays.stream(sums).mapToLong(value -> (long) value).toArray());
  }

  private static Tensor oneHot(Call call) {
    Tensor indices = call.input(0);
    int depth = Math.toIntExact(call.input(1).scalar());
    Tensor values = call.input(2);
    if (call.node().integer("axis", -1) != -1) {
      throw new Unfit("another axis than the last is not supported");
    }
    int[] shape = Arrays.copyOf(indices.shape(), indices.rank() + 1);
    shape[indices.rank()] = depth;
    int[] picked = new int[Tensor.count(shape)];
    for (int i = 0; i < indices.elements(); i++) {
      long index = indices.integer(i) < 0 ? indices.integer(i) + depth : indices.integer(i);
      if (index >= 0 && index < depth) {
        picked[i * depth + (int) index] = 1;
      }
    }
    return values.picked(shape, picked);
  }

  /** The look-up of rows of a table, [rows, columns], by any number of indices. */
  static Tensor rows(Tensor table, Tensor indices) {
    int columns = table.size(1);
    double[] values = new double[Tensor.count(indices.elements(), columns)];
    for (int i = 0; i < indices.elements(); i++) {
      int row = index(indices.integer(i), table.size(0));
      table.copy(row * columns, columns, values, i * columns);
    }
    int[] shape = Arrays.copyOf(indices.shape(), indices.rank() + 1);
    shape[indices.rank()] = columns;
    return Tensor.reals(shape, values);
  }

  /** The shapes of several tensors, for a message. */
  static String shapes(List<Tensor> tensors) {
    return String.join(", ", tensors.stream().map(Tensor::toString).toList());
  }
}
