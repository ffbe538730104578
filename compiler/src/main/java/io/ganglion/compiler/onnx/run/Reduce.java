package io.ganglion.compiler.onnx.run;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/** Operators that join numbers along axes, and those that set numbers in relation to their row. */
final class Reduce {
  private Reduce() {}

  static void addTo(Map<String, Kernel> kernels) {
    reduction(kernels, "ReduceSum", x -> Arrays.stream(x).sum());
    reduction(kernels, "ReduceMean", x -> Arrays.stream(x).sum() / x.length);
    reduction(kernels, "ReduceMax", x -> Arrays.stream(x).max().orElse(Double.NEGATIVE_INFINITY));
    reduction(kernels, "ReduceMin", x -> Arrays.stream(x).min().orElse(Double.POSITIVE_INFINITY));
    reduction(kernels, "ReduceProd", x -> Arrays.stream(x).reduce(1, (a, b) -> a * b));
    reduction(kernels, "ReduceL1", x -> Arrays.stream(x).map(Math::abs).sum());
    reduction(kernels, "ReduceL2", x -> Math.sqrt(Arrays.stream(x).map(v -> v * v).sum()));
    reduction(kernels, "ReduceSumSquare", x -> Arrays.stream(x).map(v -> v * v).sum());
    kernels.put("Softmax", Kernel.of(call -> softmax(call, false)));
    kernels.put("LogSoftmax", Kernel.of(call -> softmax(call, true)));
    kernels.put("LayerNormalization", Kernel.of(Reduce::layerNorm));
    kernels.put("LpNormalization", Kernel.of(Reduce::normalise));
    kernels.put("BatchNormalization", Kernel.of(Reduce::batchNorm));
  }

  private interface Join {
    double of(double[] values);
  }

  private static void reduction(Map<String, Kernel> kernels, String op, Join join) {
    kernels.put(op, Kernel.of(call -> reduced(call, join)));
  }

  private static Tensor reduced(Call call, Join join) {
    Tensor x = call.input(0);
    long[] named = call.integers(1, "axes");
    boolean none = named == null || named.length == 0;
    if (none && call.node().integer("noop_with_empty_axes", 0) != 0) {
      return x;
    }
    boolean keep = call.node().integer("keepdims", 1) != 0;
    boolean[] gone = new boolean[x.rank()];
    Arrays.fill(gone, none);
    for (int i = 0; !none && named != null && i < named.length; i++) {
      gone[x.axis(named[i])] = true;
    }
    int[] kept = IntStream.range(0, x.rank()).filter(axis -> !gone[axis]).toArray();
    int[] joined = IntStream.range(0, x.rank()).filter(axis -> gone[axis]).toArray();
    Tensor rows =
        Rearrange.transposed(
            x, IntStream.concat(Arrays.stream(kept), Arrays.stream(joined)).toArray());
    int width = Tensor.count(Arrays.stream(joined).map(x::size).toArray());
    int[] outer = Arrays.stream(kept).map(x::size).toArray();
    double[] results = new double[Tensor.count(outer)];
    double[] row = new double[width];
    for (int i = 0; i < results.length; i++) {
      rows.copy(i * width, width, row, 0);
      results[i] = join.of(row);
    }
    int[] shape =
        keep
            ? IntStream.range(0, x.rank()).map(axis -> gone[axis] ? 1 : x.size(axis)).toArray()
            : outer;
    return x.isReal()
        ? Tensor.reals(shape, results)
        : Tensor.integers(shape, Arrays.stream(results).mapToLong(value -> (long) value).toArray());
  }

  private static Tensor softmax(Call call, boolean logarithm) {
    Tensor x = call.input(0);
    int axis = x.axis(call.node().integer("axis", call.opset() < 13 ? 1 : -1));
    if (call.opset() < 13) {
      // All axes from this one on count as one.
      int width = Tensor.count(Arrays.copyOfRange(x.shape(), axis, x.rank()));
      return Tensor.reals(x.shape(), softmax(x.reals().clone(), width, logarithm));
    }
    if (axis == x.rank() - 1) {
      return Tensor.reals(x.shape(), softmax(x.reals().clone(), x.size(axis), logarithm));
    }
    int[] swap = IntStream.range(0, x.rank()).toArray();
    swap[axis] = x.rank() - 1;
    swap[x.rank() - 1] = axis;
    Tensor swapped = Rearrange.transposed(x, swap);
    double[] values = softmax(swapped.reals(), x.size(axis), logarithm);
    return Rearrange.transposed(Tensor.reals(swapped.shape(), values), swap);
  }

  /** The softmax of each row, in place. */
  static double[] softmax(double[] values, int width, boolean logarithm) {
    for (int start = 0; start < values.length; start += width) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int i = start; i < start + width; i++) {
        largest = Math.max(largest, values[i]);
      }
      double sum = 0;
      for (int i = start; i < start + width; i++) {
        sum += Math.exp(values[i] - largest);
      }
      for (int i = start; i < start + width; i++) {
        double shifted = values[i] - largest;
        values[i] = logarithm ? shifted - Math.log(sum) : Math.exp(shifted) / sum;
      }
    }
    return values;
  }

  private static Tensor layerNorm(Call call) {
    Tensor x = call.input(0);
    int axis = x.axis(call.node().integer("axis", -1));
    int width = Tensor.count(Arrays.copyOfRange(x.shape(), axis, x.rank()));
    double[] shift = call.optional(2) == null ? new double[width] : call.input(2).reals();
    return layerNorm(x, call.input(1).reals(), shift, call.node().real("epsilon", 1e-5f));
  }

  /** The layer norm of rows as wide as the weights. */
  static Tensor layerNorm(Tensor x, double[] scale, double[] shift, double epsilon) {
    int width = scale.length;
    double[] values = x.reals().clone();
    if (width == 0 || shift.length != width || values.length % width != 0) {
      throw new Unfit(x + " does not fit " + width + " and " + shift.length + " weights");
    }
    for (int start = 0; start < values.length; start += width) {
      double mean = 0;
      for (int i = 0; i < width; i++) {
        mean += values[start + i] / width;
      }
      double variance = 0;
      for (int i = 0; i < width; i++) {
        double distance = values[start + i] - mean;
        variance += distance * distance / width;
      }
      double inverse = 1 / Math.sqrt(variance + epsilon);
      for (int i = 0; i < width; i++) {
        values[start + i] = (values[start + i] - mean) * inverse * scale[i] + shift[i];
      }
    }
    return Tensor.reals(x.shape(), values);
  }

  private static Tensor normalise(Call call) {
    Tensor x = call.input(0);
    if (x.axis(call.node().integer("axis", -1)) != x.rank() - 1) {
      throw new Unfit("another axis than the last is not supported");
    }
    boolean absolute = call.node().integer("p", 2) == 1;
    int width = x.size(-1);
    double[] values = x.reals().clone();
    for (int start = 0; start < values.length; start += width) {
      double sum = 0;
      for (int i = start; i < start + width; i++) {
        sum += absolute ? Math.abs(values[i]) : values[i] * values[i];
      }
      for (int i = start; i < start + width; i++) {
        values[i] /= absolute ? sum : Math.sqrt(sum);
      }
    }
    return Tensor.reals(x.shape(), values);
  }

  private static Tensor batchNorm(Call call) {
    Tensor x = call.input(0);
    if (call.node().integer("training_mode", 0) != 0) {
      throw new Unfit("it is in training mode; export the model for inference");
    }
    double epsilon = call.node().real("epsilon", 1e-5f);
    int inner = Tensor.count(Arrays.copyOfRange(x.shape(), 2, Math.max(2, x.rank())));
    double[] values = x.reals().clone();
    for (int i = 0; i < values.length; i++) {
      int channel = i / inner % x.size(1);
      double deviation = Math.sqrt(call.input(4).real(channel) + epsilon);
      values[i] =
          (values[i] - call.input(3).real(channel)) / deviation * call.input(1).real(channel)
              + call.input(2).real(channel);
    }
    return Tensor.reals(x.shape(), values);
  }
}
