package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Splits words into smaller ones, and may change their text. Immutable, thread-safe. */
sealed interface PreTokenizer
    permits BertPreTokenizer,
        ByteLevelPreTokenizer,
        DigitsPreTokenizer,
        MetaspacePreTokenizer,
        PreTokenizerSequence,
        PunctuationPreTokenizer,
        SplitPreTokenizer,
        WhitespacePreTokenizer,
        WhitespaceSplitPreTokenizer {
  Words split(Words words);

  /** Whether every ASCII letter and digit leaves something of a text. */
  default boolean keepsAlphanumerics() {
    return true;
  }

  /** Whether it asks for places in the caller's text. */
  default boolean needsPlaces() {
    return false;
  }

  /** Writes what {@link PreTokenizers#read} reads, keys sorted. */
  void describe(ObjectNode to);
}
