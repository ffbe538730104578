package io.ganglion.compiler.model;

import io.ganglion.runtime.artifact.TensorValues;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.WeightSchema;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * The operations of the forward pass as plain arithmetic in double, for one text. A value has a row
 * for each token. Heads are stored below each other, [heads x tokens, head size].
 */
final class DoubleOperations implements Operations<double[][]> {
  private final Map<String, double[]> weights = new HashMap<>();
  private final ModelManifest manifest;
  private final int hidden;
  private final int heads;
  private final int headSize;

  DoubleOperations(ModelManifest manifest, TensorValues values) throws Exception {
    this.manifest = manifest;
    this.hidden = manifest.dimensions().hiddenSize();
    this.heads = manifest.dimensions().heads();
    this.headSize = manifest.dimensions().headSize();
    for (TensorSpec spec : WeightSchema.of(manifest)) {
      weights.put(spec.name(), values.get(spec.name()));
    }
  }

  /** Rows of a table. */
  double[][] lookup(String name, int... rows) {
    double[] table = weight(name);
    double[][] result = new double[rows.length][hidden];
    for (int t = 0; t < rows.length; t++) {
      System.arraycopy(table, rows[t] * hidden, result[t], 0, hidden);
    }
    return result;
  }

  private double[] weight(String name) {
    return Objects.requireNonNull(weights.get(name), name);
  }

  @Override
  public Projections<double[][]> projections(double[][] x, int layer) {
    double[][] all = dense(x, WeightSchema.Dense.QKV, layer);
    return part -> {
      double[][] split = new double[heads * x.length][headSize];
      for (int row = 0; row < split.length; row++) {
        int from = part.third() * hidden + row / x.length * headSize;
        System.arraycopy(all[row % x.length], from, split[row], 0, headSize);
      }
      return split;
    };
  }

  /** Returns the product as it is: the query's weights are scaled already. */
  @Override
  public double[][] scores(double[][] query, double[][] key, int layer) {
    int tokens = query.length / heads;
    double[][] scores = new double[query.length][tokens];
    for (int row = 0; row < query.length; row++) {
      for (int t = 0; t < tokens; t++) {
        double[] other = key[row / tokens * tokens + t];
        for (int i = 0; i < headSize; i++) {
          scores[row][t] += query[row][i] * other[i];
        }
      }
    }
    return scores;
  }

  @Override
  public double[][] addMask(double[][] scores, double[][] mask) {
    double[][] sum = new double[scores.length][];
    for (int row = 0; row < scores.length; row++) {
      sum[row] = zip(scores[row], mask[0], Double::sum);
    }
    return sum;
  }

  @Override
  public double[][] softmax(double[][] scores) {
    double[][] shares = new double[scores.length][];
    for (int row = 0; row < scores.length; row++) {
      double most = Arrays.stream(scores[row]).max().orElseThrow();
      double[] powers = each(scores[row], x -> Math.exp(x - most));
      double total = Arrays.stream(powers).sum();
      shares[row] = each(powers, x -> x / total);
    }
    return shares;
  }

  @Override
  public double[][] context(double[][] shares, double[][] values) {
    int tokens = shares.length / heads;
    double[][] context = new double[tokens][hidden];
    for (int row = 0; row < shares.length; row++) {
      for (int t = 0; t < tokens; t++) {
        for (int i = 0; i < headSize; i++) {
          context[row % tokens][row / tokens * headSize + i] +=
              shares[row][t] * values[row / tokens * tokens + t][i];
        }
      }
    }
    return context;
  }

  @Override
  public double[][] dense(double[][] x, WeightSchema.Dense dense, int layer) {
    return dense(x, dense.name(layer), dense.outputs(manifest.dimensions()));
  }

  @Override
  public double[][] dense(double[][] x, HeadLayer layer) {
    return dense(x, layer.name(), layer.outputs());
  }

  private double[][] dense(double[][] x, String name, int outputs) {
    double[] kernel = weight(name + ".weight");
    double[][] y = new double[x.length][];
    for (int row = 0; row < x.length; row++) {
      y[row] = weight(name + ".bias").clone();
      for (int i = 0; i < x[row].length; i++) {
        for (int o = 0; o < outputs; o++) {
          y[row][o] += x[row][i] * kernel[i * outputs + o];
        }
      }
    }
    return y;
  }

  @Override
  public double[][] add(double[][] a, double[][] b) {
    double[][] sum = new double[a.length][];
    for (int row = 0; row < a.length; row++) {
      sum[row] = zip(a[row], b[row], Double::sum);
    }
    return sum;
  }

  @Override
  public double[][] layerNorm(double[][] x, String name) {
    double[][] normed = new double[x.length][];
    for (int row = 0; row < x.length; row++) {
      double mean = mean(x[row]);
      double[] centred = each(x[row], value -> value - mean);
      double variance = mean(each(centred, value -> value * value));
      double root = Math.sqrt(variance + manifest.layerNormEpsilon());
      double[] scaled = zip(each(centred, v -> v / root), weight(name + ".gamma"), (v, g) -> v * g);
      normed[row] = zip(scaled, weight(name + ".beta"), Double::sum);
    }
    return normed;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  @Override
  public double[][] activate(double[][] x, Activation activation) {
    return all(
        x,
        v ->
            switch (activation) {
              case NONE -> v;
              case TANH -> Math.tanh(v);
              case RELU -> Math.max(v, 0);
              case SIGMOID -> sigmoid(v);
              case SILU -> v * sigmoid(v);
              case GELU_ERF -> v / 2 * (1 + erf(v / Math.sqrt(2)));
              case GELU_TANH ->
                  v / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)));
              case GELU_SIGMOID -> v * sigmoid(1.702 * v);
            });
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** The error function by its power series, which is exact enough up to 5. */
  private static double erf(double x) {
    if (Math.abs(x) > 5) {
      return Math.signum(x);
    }
    double power = x;
    double sum = x;
    for (int n = 1; n < 120; n++) {
      power *= -x * x / n;
      sum += power / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  private static double[][] all(double[][] x, DoubleUnaryOperator function) {
    double[][] y = new double[x.length][];
    for (int row = 0; row < x.length; row++) {
      y[row] = each(x[row], function);
    }
    return y;
  }

  private static double[] each(double[] x, DoubleUnaryOperator function) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = function.applyAsDouble(x[i]);
    }
    return y;
  }

  private static double[] zip(double[] a, double[] b, DoubleBinaryOperator function) {
    double[] y = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      y[i] = function.applyAsDouble(a[i], b[i]);
    }
    return y;
  }
}
