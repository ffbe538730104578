package io.ganglion.compiler.onnx.run;

import io.ganglion.compiler.onnx.OnnxType;
import io.ganglion.compiler.onnx.run.Tensor.Kind;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Operators that work on each element alone. */
final class Elementwise {
  private Elementwise() {}

  static void addTo(Map<String, Kernel> kernels) {
    addFunctions(kernels);
    addPairs(kernels);
    addComparisons(kernels);
    kernels.put("Identity", Kernel.of(call -> call.input(0)));
    kernels.put("Dropout", Kernel.of(call -> call.input(0)));
    kernels.put("Cast", Kernel.of(call -> cast(call.input(0), call.node().integer("to", 0))));
    kernels.put("CastLike", Kernel.of(call -> cast(call.input(0), call.input(1).kind())));
    kernels.put("Where", Kernel.of(Elementwise::where));
    kernels.put("Clip", Kernel.of(Elementwise::clip));
    kernels.put("Gelu", Kernel.of(call -> gelu(call.input(0), tanhGelu(call))));
  }

  private static void addFunctions(Map<String, Kernel> kernels) {
    function(kernels, "Sqrt", Math::sqrt);
    function(kernels, "Erf", Erf::of);
    function(kernels, "Tanh", Math::tanh);
    function(kernels, "Sigmoid", Elementwise::sigmoid);
    function(kernels, "Exp", Math::exp);
    function(kernels, "Log", Math::log);
    function(kernels, "Reciprocal", x -> 1 / x);
    function(kernels, "Softplus", x -> Math.log1p(Math.exp(x)));
    function(kernels, "Floor", Math::floor);
    function(kernels, "Ceil", Math::ceil);
    whole(kernels, "Relu", x -> Math.max(0, x));
    whole(kernels, "Neg", x -> -x);
    whole(kernels, "Abs", Math::abs);
    whole(kernels, "Sign", Math::signum);
  }

  private static void addPairs(Map<String, Kernel> kernels) {
    pair(kernels, "Add", Double::sum, Long::sum);
    pair(kernels, "Sub", (a, b) -> a - b, (a, b) -> a - b);
    pair(kernels, "Mul", (a, b) -> a * b, (a, b) -> a * b);
    pair(kernels, "Div", (a, b) -> a / b, (a, b) -> a / b);
    pair(kernels, "Mod", Elementwise::remainder, Math::floorMod);
    pair(kernels, "Pow", Math::pow, (a, b) -> (long) Math.pow((double) a, (double) b));
    many(kernels, "Max", Math::max, Math::max);
    many(kernels, "Min", Math::min, Math::min);
    many(kernels, "Sum", Double::sum, Long::sum);
    pair(kernels, "BitwiseAnd", Elementwise::none, (a, b) -> a & b);
    pair(kernels, "BitwiseOr", Elementwise::none, (a, b) -> a | b);
    pair(kernels, "And", Elementwise::none, (a, b) -> a & b);
    pair(kernels, "Or", Elementwise::none, (a, b) -> a | b);
    pair(kernels, "Xor", Elementwise::none, (a, b) -> a ^ b);
  }

  private static void addComparisons(Map<String, Kernel> kernels) {
    comparison(kernels, "Equal", (a, b) -> a == b);
    comparison(kernels, "Greater", (a, b) -> a > b);
    comparison(kernels, "GreaterOrEqual", (a, b) -> a >= b);
    comparison(kernels, "Less", (a, b) -> a < b);
    comparison(kernels, "LessOrEqual", (a, b) -> a <= b);
    kernels.put("Not", Kernel.of(call -> test(call.input(0), x -> x == 0)));
    kernels.put("IsNaN", Kernel.of(call -> test(call.input(0), Double::isNaN)));
    kernels.put("IsInf", Kernel.of(call -> test(call.input(0), Double::isInfinite)));
  }

  private static double none(double a, double b) {
    throw new Unfit("it takes integers or truth values");
  }

  private static double remainder(double a, double b) {
    return a % b;
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static boolean tanhGelu(Call call) {
    return call.node().text("approximate", "none").equals("tanh");
  }

  static Tensor gelu(Tensor x, boolean tanh) {
    return mapped(x, tanh ? Elementwise::geluTanh : Elementwise::geluErf);
  }

  private static double geluErf(double x) {
    return 0.5 * x * (1 + Erf.of(x / Math.sqrt(2)));
  }

  private static double geluTanh(double x) {
    return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  private static void function(Map<String, Kernel> kernels, String op, DoubleUnaryOperator f) {
    kernels.put(op, Kernel.of(call -> mapped(call.input(0), f)));
  }

  private static void whole(Map<String, Kernel> kernels, String op, DoubleUnaryOperator f) {
    kernels.put(
        op,
        Kernel.of(
            call -> {
              Tensor result = mapped(call.input(0), f);
              return call.input(0).isReal() ? result : cast(result, Kind.INTEGER);
            }));
  }

  /** A function of each number. */
  static Tensor mapped(Tensor x, DoubleUnaryOperator f) {
    double[] values = new double[x.elements()];
    x.copy(0, values.length, values, 0);
    for (int i = 0; i < values.length; i++) {
      values[i] = f.applyAsDouble(values[i]);
    }
    return Tensor.reals(x.shape(), values);
  }

  private static void pair(
      Map<String, Kernel> kernels, String op, DoubleBinaryOperator real, LongBinaryOperator whole) {
    kernels.put(op, Kernel.of(call -> combined(call.input(0), call.input(1), real, whole)));
  }

  private static void many(
      Map<String, Kernel> kernels, String op, DoubleBinaryOperator real, LongBinaryOperator whole) {
    kernels.put(
        op,
        Kernel.of(
            call -> {
              Tensor result = call.input(0);
              for (int i = 1; i < call.inputs().size(); i++) {
                result = combined(result, call.input(i), real, whole);
              }
              return result;
            }));
  }

  /** A function of each pair of numbers. */
  static Tensor combined(Tensor a, Tensor b, DoubleBinaryOperator real, LongBinaryOperator whole) {
    int[] shape = Broadcast.shape(a.shape(), b.shape());
    if (a.isReal() || b.isReal()) {
      return Tensor.reals(shape, real(a, b, shape, real));
    }
    long[] x = a.integers();
    long[] y = b.integers();
    int[] left = Broadcast.indices(a.shape(), shape);
    int[] right = Broadcast.indices(b.shape(), shape);
    long[] values = new long[left.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = whole.applyAsLong(x[left[i]], y[right[i]]);
    }
    Kind kind = a.kind() == Kind.TRUTH && b.kind() == Kind.TRUTH ? Kind.TRUTH : Kind.INTEGER;
    return Tensor.whole(kind, shape, values);
  }

  private static double[] real(Tensor a, Tensor b, int[] shape, DoubleBinaryOperator operator) {
    double[] values = new double[Tensor.count(shape)];
    double[] x = a.reals();
    double[] y = b.reals();
    if (x.length == values.length && y.length > 0 && Broadcast.repeats(shape, b.shape())) {
      for (int i = 0; i < values.length; i += y.length) {
        for (int j = 0; j < y.length; j++) {
          values[i + j] = operator.applyAsDouble(x[i + j], y[j]);
        }
      }
      return values;
    }
    int[] left = Broadcast.indices(a.shape(), shape);
    int[] right = Broadcast.indices(b.shape(), shape);
    for (int i = 0; i < values.length; i++) {
      values[i] = operator.applyAsDouble(x[left[i]], y[right[i]]);
    }
    return values;
  }

  private interface Comparison {
    boolean test(double a, double b);
  }

  private static void comparison(Map<String, Kernel> kernels, String op, Comparison comparison) {
    DoubleBinaryOperator test = (a, b) -> comparison.test(a, b) ? 1 : 0;
    kernels.put(
        op,
        Kernel.of(
            call -> {
              Tensor a = call.input(0);
              Tensor b = call.input(1);
              int[] shape = Broadcast.shape(a.shape(), b.shape());
              double[] values = real(a, b, shape, test);
              return cast(Tensor.reals(shape, values), Kind.TRUTH);
            }));
  }

  private interface Test {
    boolean test(double x);
  }

  private static Tensor test(Tensor x, Test test) {
    return cast(mapped(x, value -> test.test(value) ? 1 : 0), Kind.TRUTH);
  }

  private static Tensor cast(Tensor x, long type) {
    OnnxType to = OnnxType.of(type);
    if (to == OnnxType.OTHER) {
      throw new Unfit("a cast to type " + type + " is not supported");
    }
    return cast(x, to.isReal() ? Kind.REAL : to == OnnxType.BOOL ? Kind.TRUTH : Kind.INTEGER);
  }

  private static Tensor cast(Tensor x, Kind kind) {
    if (x.kind() == kind) {
      return x;
    }
    if (kind == Kind.REAL) {
      return Tensor.reals(x.shape(), x.reals());
    }
    long[] values = new long[x.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = kind == Kind.TRUTH ? (x.real(i) != 0 ? 1 : 0) : x.integer(i);
    }
    return Tensor.whole(kind, x.shape(), values);
  }

  private static Tensor where(Call call) {
    Tensor condition = call.input(0);
    Tensor yes = call.input(1);
    Tensor no = call.input(2);
    int[] shape = Broadcast.shape(condition.shape(), Broadcast.shape(yes.shape(), no.shape()));
    int[] at = Broadcast.indices(condition.shape(), shape);
    int[] left = Broadcast.indices(yes.shape(), shape);
    int[] right = Broadcast.indices(no.shape(), shape);
    if (yes.isReal()) {
      double[] values = new double[at.length];
      for (int i = 0; i < at.length; i++) {
        values[i] = condition.integer(at[i]) != 0 ? yes.real(left[i]) : no.real(right[i]);
      }
      return Tensor.reals(shape, values);
    }
    long[] values = new long[at.length];
    for (int i = 0; i < at.length; i++) {
      values[i] = condition.integer(at[i]) != 0 ? yes.integer(left[i]) : no.integer(right[i]);
    }
    return Tensor.whole(yes.kind(), shape, values);
  }

  private static Tensor clip(Call call) {
    Tensor x = call.input(0);
    double least = bound(call.optional(1), Double.NEGATIVE_INFINITY);
    double most = bound(call.optional(2), Double.POSITIVE_INFINITY);
    Tensor clipped = mapped(x, value -> Math.min(most, Math.max(least, value)));
    return x.isReal() ? clipped : cast(clipped, Kind.INTEGER);
  }

  private static double bound(@Nullable Tensor tensor, double absent) {
    if (tensor != null && tensor.elements() != 1) {
      throw new Unfit("a bound is not one number");
    }
    return tensor == null ? absent : tensor.real(0);
  }
}
