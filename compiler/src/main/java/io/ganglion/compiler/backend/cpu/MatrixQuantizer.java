package io.ganglion.compiler.backend.cpu;

import io.ganglion.compiler.CompileException;
import io.ganglion.core.cpu.InputStatistics;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the scales of one matrix. Where columns have scales, one extreme is that an input column
 * with large values gets large steps, which makes its weights larger; the other, that the weights
 * decide alone. In between, {@code step = largest input ^ balance / largest weight ^ (1 -
 * balance)}. The balance with the least expected error is taken. Where tokens get their scales when
 * they run, only the outputs have scales to choose.
 */
final class MatrixQuantizer {
  private static final double[] BALANCES = {0, 0.3, 0.5, 0.6, 0.7, 0.8, 1};

  /** Room for inputs slightly larger than those of calibration. */
  private static final double HEADROOM = 1.05;

  private static final double STEPS = 127;

  /** All steps of a token, from its smallest to its largest value. */
  private static final double TOKEN_STEPS = 255;

  /** Number of standard deviations from the mean that about one input in 60,000 exceeds. */
  private static final double TAIL = 4.3;

  /** Variance of the error when rounding to whole numbers. */
  private static final double ROUNDING = 1.0 / 12;

  private final String name;
  private final InputStatistics input;
  private final float[] weight;
  private final float[] added;
  private final int inputs;
  private final int outputs;
  private final double[] rowLargest;
  private final double[] rowSquares;

  private MatrixQuantizer(String name, InputStatistics input, float[] weight, float[] added) {
    this.name = name;
    this.input = input;
    this.weight = weight;
    this.added = added;
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
   * The best scales of a matrix whose input columns have scales.
   *
   * @param added what a column may hold besides its values
   */
  static MatrixScales byColumn(String name, InputStatistics input, float[] weight, float[] added)
      throws CompileException {
    return new MatrixQuantizer(name, input, weight, added).balanced();
  }

  /** The scales of a matrix whose tokens get theirs when they run. */
  static MatrixScales byToken(String name, InputStatistics input, float[] weight)
      throws CompileException {
    float[] nothing = new float[input.columns()];
    return new MatrixQuantizer(name, input, weight, nothing).unscaled();
  }

  private MatrixScales balanced() throws CompileException {
    double signal = signal();
    MatrixScales best = null;
    for (double balance : BALANCES) {
      float[] scale = inputScale(balance);
      double[] rounding = new double[inputs];
      Arrays.setAll(rounding, i -> ROUNDING * scale[i] * scale[i]);
      MatrixScales scales = scales(scale, rounding, signal);
      if (best == null || scales.error() < best.error()) {
        best = scales;
      }
    }
    return checked(best);
  }

  private MatrixScales unscaled() throws CompileException {
    float[] ones = new float[inputs];
    Arrays.fill(ones, 1);
    double[] rounding = new double[inputs];
    Arrays.fill(rounding, ROUNDING * tokenStepSquare());
    return checked(scales(ones, rounding, signal()));
  }

  private MatrixScales checked(@Nullable MatrixScales scales) throws CompileException {
    if (scales == null || !Double.isFinite(scales.error())) {
      throw new CompileException(
          "No scales can be found for "
              + name
              + ": what it reads on the calibration pairs is zero or not finite.");
    }
    return scales;
  }

  /** Mean square of a token's step over the samples. */
  private double tokenStepSquare() {
    double sum = 0;
    for (float[] sample : input.samples()) {
      double lowest = 0;
      double highest = 0;
      for (float value : sample) {
        lowest = Math.min(lowest, value);
        highest = Math.max(highest, value);
      }
      double step = (highest - lowest) / TOKEN_STEPS;
      sum += step * step;
    }
    return sum / Math.max(1, input.samples().size());
  }

  /**
   * @param rounding variance of the error of each input column
   */
  private MatrixScales scales(float[] inputScale, double[] rounding, double signal) {
    float[] weightScale = weightScale(inputScale);
    double error = Math.sqrt(noise(inputScale, rounding, weightScale) / signal);
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
      boolean used = span(i) > 0 && rowLargest[i] > 0;
      ratio[i] = used ? Math.pow(span(i), balance) / Math.pow(rowLargest[i], 1 - balance) : 1;
      largest = used ? Math.max(largest, span(i) / ratio[i]) : largest;
    }
    float[] scale = new float[inputs];
    double step = (largest > 0 ? largest : 1) * HEADROOM / STEPS;
    for (int i = 0; i < inputs; i++) {
      scale[i] = (float) Math.max(step * ratio[i], Float.MIN_NORMAL);
    }
    return scale;
  }

  /**
   * The range that the steps of an input column must cover: the values seen in calibration, and
   * values that other texts are likely to bring, with and without what may be added. A value
   * outside the range costs more than all rounding.
   */
  private double span(int column) {
    return Math.max(span(column, 0), span(column, added[column]));
  }

  private double span(int column, float summand) {
    double mean = input.mean(column) + summand;
    double deviation = Math.sqrt(variance(column));
    return Math.max(input.largest(column, summand), Math.abs(mean) + TAIL * deviation);
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
  private double noise(float[] inputScale, double[] rounding, float[] weightScale) {
    double stepSquares = 0;
    for (float scale : weightScale) {
      stepSquares += (double) scale * scale;
    }
    double noise = 0;
    for (int i = 0; i < inputs; i++) {
      double scale = inputScale[i];
      noise += rounding[i] * rowSquares[i];
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
