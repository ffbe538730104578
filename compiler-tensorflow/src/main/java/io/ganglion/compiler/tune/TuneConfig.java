package io.ganglion.compiler.tune;

import io.ganglion.compiler.SettingException;

/**
 * Settings of a training run.
 *
 * @param maxLength most tokens of a pair, including [CLS] and [SEP]; longer pairs are cut
 * @param batchSize pairs in each step
 * @param learningRate highest learning rate, reached at the end of the warm-up
 * @param epochs passes over the training pairs; may be a fraction
 * @param warmup share of all steps in which the learning rate rises
 * @param seed seed of fresh weights, order and dropout
 * @param threads TensorFlow's threads; results are the same only for the same number
 * @param saveSteps steps between checkpoints within an epoch
 */
public record TuneConfig(
    int maxLength,
    int batchSize,
    double learningRate,
    double epochs,
    double warmup,
    long seed,
    int threads,
    int saveSteps) {
  // Each part has its own gradients until they are summed, so memory limits the number of parts.
  private static final int MOST_PARTS = 4;

  public TuneConfig {
    require(maxLength >= 5, "The longest sequence must be at least 5 tokens", maxLength);
    require(batchSize >= 1, "The batch size must be at least 1 pair", batchSize);
    require(
        learningRate > 0 && Double.isFinite(learningRate),
        "The learning rate must be above 0",
        learningRate);
    require(epochs > 0 && epochs <= 10_000, "The number of epochs must be in (0, 10000]", epochs);
    require(warmup >= 0 && warmup <= 1, "The share of the warm-up must be in [0, 1]", warmup);
    require(threads >= 1, "The number of threads must be at least 1", threads);
    require(
        saveSteps >= 1, "The number of steps between checkpoints must be at least 1", saveSteps);
  }

  /** Number of parts of a batch that are computed in parallel. */
  int parts() {
    return Math.min(MOST_PARTS, Math.min(threads, batchSize));
  }

  /** Threads for one operation, so that all parts together use {@code threads}. */
  int threadsPerPart() {
    return Math.max(1, threads / parts());
  }

  /**
   * Number of steps of a whole run on this many training pairs, counted as in run_classifier.py.
   */
  int totalSteps(int examples) {
    return Math.max(1, (int) ((double) examples / batchSize * epochs));
  }

  /**
   * The learning rate of a step (counted from 0): rises linearly during the warm-up, then falls
   * linearly to 0 at the end of the run.
   */
  double learningRate(int step, int totalSteps) {
    int warmupSteps = (int) (totalSteps * warmup);
    if (step < warmupSteps) {
      return learningRate * step / warmupSteps;
    }
    return learningRate * (1 - (double) step / totalSteps);
  }

  private static void require(boolean holds, String rule, Number value) {
    if (!holds) {
      throw new SettingException(rule + " and is " + value + ".");
    }
  }
}
