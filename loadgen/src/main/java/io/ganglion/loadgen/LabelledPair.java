package io.ganglion.loadgen;

import io.ganglion.api.TextPair;

/**
 * A pair and its right answer.
 *
 * @param label index of the right label, or {@link #UNLABELLED}
 */
record LabelledPair(TextPair pair, int label) {
  static final int UNLABELLED = -1;

  boolean labelled() {
    return label != UNLABELLED;
  }

  int words() {
    return words(pair.textA()) + (pair.textB() == null ? 0 : words(pair.textB()));
  }

  private static int words(String text) {
    int words = 0;
    boolean inWord = false;
    for (int i = 0; i < text.length(); i++) {
      boolean space = Character.isWhitespace(text.charAt(i));
      words += !space && !inWord ? 1 : 0;
      inWord = !space;
    }
    return words;
  }
}
