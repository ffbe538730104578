package io.ganglion.client;

import java.util.List;
import java.util.Objects;

/**
 * A server's answer to one {@link TextPair}, with where its time went.
 *
 * <pre>{@code
 * Classification c = client.classify("It rained.", "It was wet.").join();
 * System.out.printf("%s %.3f%n", c.label(), c.probability());
 * }</pre>
 *
 * @param labelIndex the label with the highest probability, from 0
 * @param label its name
 * @param probabilities one a label, in the order of {@link ModelInfo#labels()}; for a regression
 *     model its prediction
 * @param queueNs nanoseconds from arrival at the server until its batch was cut
 * @param inferenceNs nanoseconds of its batch on the core
 * @param batchSize how many requests shared the batch, this one included
 * @param coreIndex the NeuronCore that ran it
 * @param inputTokens tokens of this pair, [CLS] and [SEP] included
 */
public record Classification(
    int labelIndex,
    String label,
    List<Float> probabilities,
    long queueNs,
    long inferenceNs,
    int batchSize,
    int coreIndex,
    int inputTokens) {

  /**
   * Takes an unmodifiable copy of the probabilities.
   *
   * @throws IllegalArgumentException when the label has no probability, one of them is not finite,
   *     or a count or time is negative
   */
  public Classification {
    Objects.requireNonNull(label, "label");
    probabilities = List.copyOf(probabilities);
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
}
