package io.ganglion.loadgen;

import io.ganglion.client.Classification;
import java.util.List;

/**
 * An answer, as far as its protocol tells it. What it does not tell is 0 or empty.
 *
 * @param labelIndex of the label, from 0
 * @param label its name, or the protocol's wording
 * @param probabilities one a label
 * @param queueNs the server's time from arrival until the batch was cut
 * @param inferenceNs the server's time of the batch on its core
 * @param batchSize how many requests shared the batch
 * @param inputTokens of the pair
 */
record Answer(
    int labelIndex,
    String label,
    List<Float> probabilities,
    long queueNs,
    long inferenceNs,
    int batchSize,
    int inputTokens) {

  static Answer of(Classification answer) {
    return new Answer(
        answer.labelIndex(),
        answer.label(),
        answer.probabilities(),
        answer.queueNs(),
        answer.inferenceNs(),
        answer.batchSize(),
        answer.inputTokens());
  }

  /** Of a protocol that tells no more than the label. */
  static Answer ofLabel(int labelIndex, String label) {
    return new Answer(labelIndex, label, List.of(), 0, 0, 0, 0);
  }
}
