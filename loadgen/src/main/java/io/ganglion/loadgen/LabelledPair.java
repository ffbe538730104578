package io.ganglion.loadgen;

import io.ganglion.api.TextPair;

/**
 * A pair and its right answer.
 *
 * @param label index of the right label, or {@link #UNLABELLED}
 */
record LabelledPair(TextPair pair, int label) implements Question {
  static final int UNLABELLED = -1;

  boolean labelled() {
    return label != UNLABELLED;
  }

  @Override
  public int words() {
    String second = pair.textB();
    return Question.words(pair.textA()) + (second == null ? 0 : Question.words(second));
  }
}
