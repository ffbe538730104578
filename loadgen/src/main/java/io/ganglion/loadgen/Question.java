package io.ganglion.loadgen;

/** What one request asks, with its right answer where the data has it. Immutable. */
sealed interface Question permits LabelledPair, RankedQuery, ComparedTexts, TaggedSentence {
  /** Number of words in all of its texts. */
  int words();

  /** Number of words of a text. */
  static int words(String text) {
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
