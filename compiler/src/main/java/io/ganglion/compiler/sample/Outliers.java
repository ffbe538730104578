package io.ganglion.compiler.sample;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Plants outliers: hidden dimensions whose layer-norm scale is many times the rest, as in trained
 * encoders. The layer norms after the embeddings and after each layer raise some dimensions, those
 * after attention raise others. Each layer norm lowers what the one before has raised, and the
 * matrices that read a raised dimension give it less weight. As in trained encoders, such a
 * dimension says little: it is nearly the same for all tokens. So the model computes nearly the
 * same as without outliers, but its numbers are hard to quantize.
 */
final class Outliers {
  private static final double SMALLEST = 10;
  private static final double LARGEST = 50;

  /** How much a planted dimension varies relative to its mean. */
  private static final float VARIATION = 0.1f;

  /**
   * Variance that raised dimensions add to a row, for each of its other dimensions, which have 1.
   */
  private static final double SHARE = 1;

  /** Variance of a residual sum in a dimension that is not planted. */
  private static final double RESIDUAL = 1.8;

  private final int width;
  private final float[] afterLayer;
  private final float[] afterAttention;

  /**
   * The value of each planted dimension before it is raised. The other dimensions have deviation 1.
   */
  private final float[] settled;

  /** Root mean square of a residual sum with raised dimensions. */
  private final double raisedSize;

  /** Layer-norm scale of the dimensions that are not planted. */
  private final double rest;

  /**
   * @param width hidden size
   * @param count number of dimensions that each layer norm raises
   */
  Outliers(int width, int count, long seed) {
    this.width = width;
    settled = new float[width];
    raisedSize = Math.sqrt(RESIDUAL + SHARE);
    rest = count == 0 ? 1 : Math.sqrt((RESIDUAL + SHARE) / RESIDUAL);
    double raised = Math.sqrt(SHARE * width / Math.max(1, count));
    SplittableRandom random = new SplittableRandom(~seed);
    afterLayer = ones(width);
    afterAttention = ones(width);
    for (int i = 0; i < 2 * count; i++) {
      int dimension;
      do {
        dimension = random.nextInt(width);
      } while (afterLayer[dimension] != 1 || afterAttention[dimension] != 1);
      double factor = SMALLEST * Math.pow(LARGEST / SMALLEST, random.nextDouble());
      (i % 2 == 0 ? afterLayer : afterAttention)[dimension] = (float) factor;
      settled[dimension] = (float) (raised / factor);
    }
  }

  /** Changes a variable's values in place. */
  void plant(String name, float[] values) {
    boolean norm = name.contains("/LayerNorm/");
    boolean scale = name.endsWith("/gamma");
    if (norm && name.contains("/embeddings/")) {
      multiply(values, afterLayer);
    } else if (norm && name.contains("/attention/")) {
      multiply(values, afterAttention);
      restore(values, scale, afterLayer);
    } else if (norm) {
      multiply(values, afterLayer);
      restore(values, scale, afterAttention);
    } else if (name.endsWith("_embeddings")) {
      calm(values);
      settle(name, values);
    } else if (name.contains("/output/dense/")) {
      calm(values);
    } else if (name.endsWith("/kernel")) {
      lower(values, reads(name));
    }
  }

  /** Removes most variation from the columns of planted dimensions. */
  private void calm(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= settled[i % width] == 0 ? 1 : VARIATION * settled[i % width];
    }
  }

  /** Gives every word the same value in a planted dimension. */
  private void settle(String name, float[] values) {
    for (int i = 0; name.endsWith("word_embeddings") && i < values.length; i++) {
      values[i] += SampleWeights.WORD_DEVIATION * settled[i % width];
    }
  }

  private void lower(float[] kernel, float @Nullable [] raised) {
    int columns = kernel.length / width;
    for (int i = 0; raised != null && i < kernel.length; i++) {
      kernel[i] /= raised[i / columns];
    }
  }

  private float @Nullable [] reads(String kernel) {
    if (kernel.contains("/attention/self/") || kernel.contains("/pooler/")) {
      return afterLayer;
    }
    return kernel.contains("/intermediate/") ? afterAttention : null;
  }

  /**
   * Undoes the raise by the layer norm before, and the larger divisor that it causes in this one.
   */
  private void restore(float[] values, boolean scale, float[] raised) {
    for (int i = 0; scale && i < width; i++) {
      values[i] *= (float) (raised[i] == 1 ? rest : raisedSize / raised[i]);
    }
  }

  private static void multiply(float[] values, float[] factors) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factors[i];
    }
  }

  private static float[] ones(int width) {
    float[] ones = new float[width];
    Arrays.fill(ones, 1);
    return ones;
  }
}
