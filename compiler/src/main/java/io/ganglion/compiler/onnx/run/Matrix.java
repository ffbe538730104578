package io.ganglion.compiler.onnx.run;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Products of matrices. */
final class Matrix {
  /**
   * Rows of the right operand that are widened to doubles at a time: they fit in a core's cache.
   */
  private static final int PANEL = 64;

  private Matrix() {}

  static void addTo(Map<String, Kernel> kernels, Map<String, Kernel> microsoft) {
    kernels.put("MatMul", Kernel.of(call -> product(call.input(0), call.input(1))));
    kernels.put("Gemm", Kernel.of(Matrix::gemm));
    microsoft.put("FusedGemm", Kernel.of(Matrix::activatedGemm));
    microsoft.put("FusedMatMul", Kernel.of(Matrix::fusedProduct));
  }

  /** {@code numpy.matmul}. */
  static Tensor product(Tensor a, Tensor b) {
    if (a.rank() == 0 || b.rank() == 0) {
      throw new Unfit("a number is no matrix");
    }
    Tensor left = a.rank() == 1 ? a.reshaped(1, a.size(0)) : a;
    Tensor right = b.rank() == 1 ? b.reshaped(b.size(0), 1) : b;
    int inner = left.size(-1);
    if (right.size(-2) != inner) {
      throw new Unfit(a + " and " + b + " do not fit each other");
    }
    int[] batch =
        Broadcast.shape(
            Arrays.copyOf(left.shape(), left.rank() - 2),
            Arrays.copyOf(right.shape(), right.rank() - 2));
    int rows = left.size(-2);
    int columns = right.size(-1);
    int[] shape = Arrays.copyOf(batch, batch.length + 2);
    shape[batch.length] = rows;
    shape[batch.length + 1] = columns;
    double[] result = new double[Tensor.count(shape)];
    double[] x = left.reals();
    if (right.rank() == 2 && inner > 0) {
      multiply(x, 0, x.length / inner, right, 0, inner, columns, result, 0);
    } else {
      int[] lefts = Broadcast.indices(Arrays.copyOf(left.shape(), left.rank() - 2), batch);
      int[] rights = Broadcast.indices(Arrays.copyOf(right.shape(), right.rank() - 2), batch);
      for (int i = 0; i < lefts.length; i++) {
        int from = lefts[i] * rows * inner;
        int weights = rights[i] * inner * columns;
        multiply(x, from, rows, right, weights, inner, columns, result, i * rows * columns);
      }
    }
    return Tensor.reals(shaped(shape, a.rank() == 1, b.rank() == 1), result);
  }

  private static int[] shaped(int[] shape, boolean noRow, boolean noColumn) {
    int[] result = noColumn ? Arrays.copyOf(shape, shape.length - 1) : shape;
    if (!noRow) {
      return result;
    }
    int row = shape.length - 2;
    int[] shorter = Arrays.copyOf(result, result.length - 1);
    System.arraycopy(result, row + 1, shorter, row, result.length - row - 1);
    return shorter;
  }

  /** Adds a product to zeros: [rows, inner] by [inner, columns]. */
  private static void multiply(
      double[] x,
      int xStart,
      int rows,
      Tensor weights,
      int weightsStart,
      int inner,
      int columns,
      double[] result,
      int resultStart) {
    double[] panel = new double[Math.min(PANEL, inner) * columns];
    for (int top = 0; top < inner; top += PANEL) {
      int height = Math.min(PANEL, inner - top);
      weights.copy(weightsStart + top * columns, height * columns, panel, 0);
      for (int row = 0; row < rows; row++) {
        int from = xStart + row * inner + top;
        int to = resultStart + row * columns;
        int k = 0;
        for (; k + 4 <= height; k += 4) {
          addFour(x, from + k, panel, k * columns, columns, result, to);
        }
        for (; k < height; k++) {
          addOne(x[from + k], panel, k * columns, columns, result, to);
        }
      }
    }
  }

  /**
   * Four rows of the right operand at a time, so that each sum is loaded once for four products.
   */
  private static void addFour(
      double[] x, int from, double[] panel, int first, int columns, double[] result, int to) {
    double a = x[from];
    double b = x[from + 1];
    double c = x[from + 2];
    double d = x[from + 3];
    int second = first + columns;
    int third = second + columns;
    int fourth = third + columns;
    for (int j = 0; j < columns; j++) {
      result[to + j] +=
          a * panel[first + j]
              + b * panel[second + j]
              + c * panel[third + j]
              + d * panel[fourth + j];
    }
  }

  private static void addOne(
      double a, double[] panel, int first, int columns, double[] result, int to) {
    for (int j = 0; j < columns; j++) {
      result[to + j] += a * panel[first + j];
    }
  }

  private static Tensor oriented(Tensor x, boolean transposed) {
    if (!transposed) {
      return x;
    }
    int[] axes = java.util.stream.IntStream.range(0, x.rank()).toArray();
    if (axes.length < 2) {
      throw new Unfit(x + " is no matrix");
    }
    axes[axes.length - 1] = axes.length - 2;
    axes[axes.length - 2] = axes.length - 1;
    return Rearrange.transposed(x, axes);
  }

  private static Tensor gemm(Call call) {
    Tensor a = oriented(call.input(0), call.node().integer("transA", 0) != 0);
    Tensor b = oriented(call.input(1), call.node().integer("transB", 0) != 0);
    Tensor product = scaled(product(a, b), call.node().real("alpha", 1));
    Tensor bias = call.optional(2);
    return bias == null ? product : plus(product, scaled(bias, call.node().real("beta", 1)));
  }

  private static Tensor activatedGemm(Call call) {
    Tensor x = gemm(call);
    String activation = call.node().text("activation", "");
    return switch (activation) {
      case "Tanh" -> Elementwise.mapped(x, Math::tanh);
      case "Relu" -> Elementwise.mapped(x, value -> Math.max(0, value));
      case "Sigmoid" -> Elementwise.mapped(x, Elementwise::sigmoid);
      default -> throw new Unfit("the activation " + activation + " is not supported");
    };
  }

  private static Tensor fusedProduct(Call call) {
    if (call.node().integer("transBatchA", 0) != 0 || call.node().integer("transBatchB", 0) != 0) {
      throw new Unfit("swapped batch axes are not supported");
    }
    Tensor a = oriented(call.input(0), call.node().integer("transA", 0) != 0);
    Tensor b = oriented(call.input(1), call.node().integer("transB", 0) != 0);
    return scaled(product(a, b), call.node().real("alpha", 1));
  }

  static Tensor scaled(Tensor x, double factor) {
    return factor == 1 ? x : Elementwise.mapped(x, value -> value * factor);
  }

  static Tensor plus(Tensor x, @Nullable Tensor y) {
    return y == null ? x : Elementwise.combined(x, y, Double::sum, Long::sum);
  }
}
