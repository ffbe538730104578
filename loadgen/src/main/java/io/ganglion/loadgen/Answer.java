package io.ganglion.loadgen;

import io.ganglion.api.Classification;
import java.util.List;

/**
 * An answer. Values that its protocol does not tell are 0 or empty.
 *
 * @param labelIndex index of the label, from 0
 * @param label name of the label, or the protocol's wording
 * @param probabilities one for each label
 * @param queueNs time in the server from arrival until the batch was cut
 * @param inferenceNs time of the batch on the server's core
 * @param batchSize number of requests in the batch
 * @param inputTokens number of tokens of the texts
 * @param judgement how good it is; a label is judged by whoever asked
 */
record Answer(
    int labelIndex,
    String label,
    List<Float> probabilities,
    long queueNs,
    long inferenceNs,
    int batchSize,
    int inputTokens,
    Judgement judgement) {

  static Answer of(Classification answer) {
    return new Answer(
        answer.labelIndex(),
        answer.label(),
        answer.probabilities(),
        answer.queueNs(),
        answer.inferenceNs(),
        answer.batchSize(),
        answer.inputTokens(),
        Judgement.NONE);
  }

  /** An answer of a protocol that tells only the label. */
  static Answer ofLabel(int labelIndex, String label) {
    return new Answer(labelIndex, label, List.of(), 0, 0, 0, 0, Judgement.NONE);
  }

  /** An answer without a label. */
  static Answer judged(Judgement judgement, int inputTokens) {
    return new Answer(0, "", List.of(), 0, 0, 0, inputTokens, judgement);
  }
}
