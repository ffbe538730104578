package io.ganglion.api;

import java.util.List;
import java.util.Objects;

/**
 * The answer to one {@link TextPair}, with its timings.
 *
 * <pre>{@code
 * Classification c = client.classify("It rained.", "It was wet.").join();
 * System.out.printf("%s %.3f%n", c.label(), c.probability());
 * }</pre>
 *
 * @param labelIndex the label with the highest probability, from 0
 * @param label its name
 * @param probabilities one for each label, in the order of {@link ModelInfo#labels()}; for a
 *     regression model its prediction
 * @param scores the best labels with their scores, by falling score, if they were asked for
 * @param queueNs nanoseconds from its arrival until its batch was cut
 * @param inferenceNs nanoseconds that its batch took on the core
 * @param batchSize number of requests in the batch, including this one
 * @param coreIndex index of the core that ran it
 * @param inputTokens number of tokens of this pair, including [CLS] and [SEP]
 */
public record Classification(
    int labelIndex,
    String label,
    List<Float> probabilities,
    List<LabelScore> scores,
    long queueNs,
    long inferenceNs,
    int batchSize,
    int coreIndex,
    int inputTokens) {

  /**
   * Takes unmodifiable copies of the lists.
   *
   * @throws IllegalArgumentException if the label has no probability, a probability is not finite,
   *     or a count or time is negative
   */
  public Classification {
    Objects.requireNonNull(label, "label");
    probabilities = List.copyOf(probabilities);
    scores = List.copyOf(scores);
    if (labelIndex < 0 || labelIndex >= probabilities.size()) {
      throw new IllegalArgumentException(
          "label "
              + Integer.toUnsignedString(labelIndex)
              + " has no probability among "
              + probabilities.size());
    }
    for (float probability : probabilities) {
      if (!Float.isFinite(probability)) {
        throw new IllegalArgumentException("a probability is " + probability);
      }
    }
    if (queueNs < 0 || inferenceNs < 0 || batchSize < 0 || coreIndex < 0 || inputTokens < 0) {
      throw new IllegalArgumentException("a time or a count is negative or too large");
    }
  }

  /**
   * The probability of {@link #label()}.
   *
   * @return from 0 to 1; for a regression model its prediction
   */
  public float probability() {
    return probabilities.get(labelIndex);
  }

  /**
   * A label with its score.
   *
   * <pre>{@code
   * for (Classification.LabelScore best : client.classify(pair, 3).join().scores()) {
   *   System.out.println(best.label() + " " + best.score());
   * }
   * }</pre>
   *
   * @param label its name
   * @param score its probability; for a regression model its prediction
   */
  public record LabelScore(String label, float score) {
    /**
     * Checks the score.
     *
     * @throws IllegalArgumentException if it is not finite
     */
    public LabelScore {
      Objects.requireNonNull(label, "label");
      if (!Float.isFinite(score)) {
        throw new IllegalArgumentException("a score is " + score);
      }
    }
  }
}
