package io.ganglion.client;

import java.util.List;

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

  /** Takes an unmodifiable copy of the probabilities. */
  public Classification {
    probabilities = List.copyOf(probabilities);
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
