package io.ganglion.compiler.sample;

import io.ganglion.compiler.graph.Variables;
import java.util.SplittableRandom;

/**
 * Seeded weights. They keep a deep encoder's activations near one and its attention sharp, so that
 * the pooled output depends on the text. Every variable has its own stream of numbers, which
 * depends only on the seed and the variable's name.
 */
public final class SampleWeights {
  /** Makes queries and keys similar enough that the softmax prefers some tokens. */
  private static final double ATTENTION_GAIN = 1.6;

  /** Standard deviation of word embeddings. */
  static final float WORD_DEVIATION = 0.05f;

  private final long seed;
  private final Outliers outliers;

  public SampleWeights(SampleConfig config) {
    seed = config.seed();
    outliers = new Outliers(config.dimensions().hiddenSize(), config.outliers(), seed);
  }

  /** The values of a variable, a fresh array. */
  public float[] of(Variables.Variable variable) {
    float[] values = random(variable);
    outliers.plant(variable.name(), values);
    return values;
  }

  private float[] random(Variables.Variable variable) {
    String name = variable.name();
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + name.hashCode());
    float[] values = new float[variable.elements()];
    if (name.endsWith("/gamma")) {
      return fill(values, random, 1, 0.05);
    }
    if (name.endsWith("/beta") || name.endsWith("/bias") || name.endsWith("_bias")) {
      return fill(values, random, 0, 0.02);
    }
    return fill(values, random, 0, deviation(variable));
  }

  private static double deviation(Variables.Variable variable) {
    String name = variable.name();
    if (name.endsWith("word_embeddings")) {
      return WORD_DEVIATION;
    }
    if (name.endsWith("_embeddings")) {
      return 0.015;
    }
    double gain = name.contains("/query/") || name.contains("/key/") ? ATTENTION_GAIN : 1;
    return gain / Math.sqrt(variable.shape().get(0));
  }

  /** Sums of four uniform numbers: nearly normal, fast, and without extreme values. */
  private static float[] fill(
      float[] values, SplittableRandom random, double mean, double deviation) {
    double scale = deviation * Math.sqrt(3) / 0x1p16;
    for (int i = 0; i < values.length; i++) {
      long bits = random.nextLong();
      long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
      values[i] = (float) (mean + (sum - 2 * 0xffffL) * scale);
    }
    return values;
  }
}
