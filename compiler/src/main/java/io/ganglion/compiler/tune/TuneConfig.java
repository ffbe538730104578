package io.ganglion.compiler.tune;

import io.ganglion.compiler.SettingException;

/**
 * How to train.
 *
 * @param maxLength most tokens of a pair, [CLS] and [SEP] included; longer ones are cut
 * @param batchSize pairs a step
 * @param learningRate the highest, reached at the end of the warm-up
 * @param epochs passes over the training pairs; need not be whole
 * @param warmup share of all steps in which the learning rate rises
 * @param seed of fresh weights, order and dropout
 * @param threads of TensorFlow; results are the same only for the same number
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
  // Each part has gradients of its own until they are added up: memory bounds their number.
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

  /** Parts of a batch that are computed side by side. */
  int parts() {
    return Math.min(MOST_PARTS, Math.min(threads, batchSize));
  }

  /** Threads of one operation, so that all parts together have {@code threads}. */
  int threadsPerPart() {
    return Math.max(1, threads / parts());
  }

  /** Steps of a whole run on this many training pairs, as run_classifier.py counts them. */
  int totalSteps(int examples) {
    return Math.max(1, (int) ((double) examples / batchSize * epochs));
  }

  /**
   * The rate of a step, from 0: up in a line over the warm-up, then down in a line to 0 at the end
   * of the run.
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
