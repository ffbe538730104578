package io.ganglion.compiler.backend.cpu;

import io.ganglion.compiler.CompileException;
import io.ganglion.core.cpu.InputStatistics;
import io.ganglion.runtime.model.Activation;
import java.util.Arrays;

/**
 * Chooses the scales of one matrix. At one extreme, an input column with large values gets large
 * steps, which makes its weights larger. At the other, the weights decide alone. In between, {@code
 * step = largest input ^ balance / largest weight ^ (1 - balance)}. The balance with the least
 * expected error is taken. After an activation, however, all columns get the same steps unless
 * that is much worse, because the kernel that stores them is then faster.
 */
final class MatrixQuantizer {
  private static final double[] BALANCES = {0, 0.3, 0.5, 0.6, 0.7, 0.8, 1};

  /** Room for inputs slightly larger than those of calibration. */
  private static final double HEADROOM = 1.05;

  private static final double STEPS = 127;

  /** All steps, from the smallest to the largest result of an activation. */
  private static final double ALL_STEPS = 255;

  /** Number of standard deviations from the mean that about one input in 60,000 exceeds. */
  private static final double TAIL = 4.3;

  /** The same after an activation, which keeps the upper tail but reduces the deviation. */
  private static final double ACTIVATED_TAIL = 7;

  /** The factor by which equal steps after an activation may increase the expected error. */
  private static final double EQUAL_STEPS_WORTH = 2.5;

  /** Variance of the error when rounding to whole numbers. */
  private static final double ROUNDING = 1.0 / 12;

  private final String name;
  private final InputStatistics input;
  private final float[] weight;
  private final Activation before;
  private final int inputs;
  private final int outputs;
  private final double[] rowLargest;
  private final double[] rowSquares;

  private MatrixQuantizer(String name, InputStatistics input, float[] weight, Activation before) {
    this.name = name;
    this.input = input;
    this.weight = weight;
    this.before = before;
    inputs = input.columns();
    outputs = weight.length / inputs;
    rowLargest = new double[inputs];
    rowSquares = new double[inputs];
    for (int i = 0; i < inputs; i++) {
      for (int o = 0; o < outputs; o++) {
        double value = weight[i * outputs + o];
        rowLargest[i] = Math.max(rowLargest[i], Math.abs(value));
        rowSquares[i] += value * value;
      }
    }
  }

  /**
   * The best scales of the matrix {@code weight}, row-major [inputs, outputs].
   *
   * @param before the activation whose result it reads, which has another zero point; or NONE
   */
  static MatrixScales choose(String name, InputStatistics input, float[] weight, Activation before)
      throws CompileException {
    return new MatrixQuantizer(name, input, weight, before).best();
  }

  private MatrixScales best() throws CompileException {
    double signal = signal();
    MatrixScales best = null;
    for (double balance : BALANCES) {
      MatrixScales scales = scales(inputScale(balance), signal);
      if (best == null || scales.error() < best.error()) {
        best = scales;
      }
    }
    if (best != null && activated()) {
      MatrixScales equal = scales(equalScale(), signal);
      best = equal.error() <= EQUAL_STEPS_WORTH * best.error() ? equal : best;
    }
    if (best == null || !Double.isFinite(best.error())) {
      throw new CompileException(
          "No scales can be found for "
              + name
              + ": what it reads on the calibration pairs is zero or not finite.");
    }
    return best;
  }

  private MatrixScales scales(float[] inputScale, double signal) {
    float[] weightScale = weightScale(inputScale);
    double error = Math.sqrt(noise(inputScale, weightScale) / signal);
    return new MatrixScales(inputScale, weightScale, inputMean(), error);
  }

  private float[] inputMean() {
    float[] mean = new float[inputs];
    for (int i = 0; i < inputs; i++) {
      mean[i] = (float) input.mean(i);
    }
    return mean;
  }

  private float[] inputScale(double balance) {
    double[] ratio = new double[inputs];
    double largest = 0;
    for (int i = 0; i < inputs; i++) {
      // A column that is never used may have any scale.
      boolean used = input.largest(i) > 0 && rowLargest[i] > 0;
      ratio[i] = used ? Math.pow(span(i), balance) / Math.pow(rowLargest[i], 1 - balance) : 1;
      largest = used ? Math.max(largest, span(i) / ratio[i]) : largest;
    }
    float[] scale = new float[inputs];
    double step = step(largest > 0 ? largest : 1);
    for (int i = 0; i < inputs; i++) {
      scale[i] = (float) Math.max(step * ratio[i], Float.MIN_NORMAL);
    }
    return scale;
  }

  private float[] equalScale() {
    double largest = 0;
    for (int i = 0; i < inputs; i++) {
      largest = Math.max(largest, span(i));
    }
    float[] scale = new float[inputs];
    Arrays.fill(scale, (float) step(largest));
    return scale;
  }

  private double step(double largest) {
    return largest * HEADROOM / (activated() ? ALL_STEPS : STEPS);
  }

  /**
   * The range that the steps of an input column must cover: the values seen in calibration, and
   * values that other texts are likely to bring. A value outside the range costs more than all
   * rounding.
   */
  private double span(int column) {
    double mean = input.mean(column);
    double deviation = Math.sqrt(variance(column));
    double likely = Math.abs(mean) + (activated() ? ACTIVATED_TAIL : TAIL) * deviation;
    return Math.max(input.largest(column), likely) - (activated() ? before.lowest() : 0);
  }

  private boolean activated() {
    return before != Activation.NONE;
  }

  private double variance(int column) {
    double mean = input.mean(column);
    return Math.max(0, input.meanSquare(column) - mean * mean);
  }

  private float[] weightScale(float[] inputScale) {
    float[] scale = new float[outputs];
    for (int i = 0; i < inputs; i++) {
      for (int o = 0; o < outputs; o++) {
        scale[o] = Math.max(scale[o], Math.abs(weight[i * outputs + o]) * inputScale[i]);
      }
    }
    for (int o = 0; o < outputs; o++) {
      scale[o] = scale[o] > 0 ? (float) (scale[o] / STEPS) : 1;
    }
    return scale;
  }

  /**
   * Expected square of an output's error from rounding inputs and weights, summed over outputs. The
   * loss of rounded weights on the mean input is left out: the bias restores it.
   */
  private double noise(float[] inputScale, float[] weightScale) {
    double stepSquares = 0;
    for (float scale : weightScale) {
      stepSquares += (double) scale * scale;
    }
    double noise = 0;
    for (int i = 0; i < inputs; i++) {
      double scale = inputScale[i];
      noise += ROUNDING * scale * scale * rowSquares[i];
      noise += ROUNDING * variance(i) / (scale * scale) * stepSquares;
    }
    return noise;
  }

  /** Variance of each output over the samples, summed over outputs. */
  private double signal() {
    double[] sum = new double[outputs];
    double squares = 0;
    for (float[] sample : input.samples()) {
      double[] y = new double[outputs];
      for (int i = 0; i < inputs; i++) {
        float x = sample[i];
        int row = i * outputs;
        for (int o = 0; o < outputs; o++) {
          y[o] += x * weight[row + o];
        }
      }
      for (int o = 0; o < outputs; o++) {
        sum[o] += y[o];
        squares += y[o] * y[o];
      }
    }
    double count = Math.max(1, input.samples().size());
    double meanSquares = 0;
    for (double total : sum) {
      meanSquares += total * total / (count * count);
    }
    // A constant part carries no information. But a single sample has no variance at all.
    return Math.max(squares / count - meanSquares, 1e-3 * squares / count);
  }
}
