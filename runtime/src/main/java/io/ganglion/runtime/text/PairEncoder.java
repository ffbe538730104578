package io.ganglion.runtime.text;

import org.jspecify.annotations.Nullable;

/**
 * Encodes a text or a pair of texts as BERT does: {@code [CLS] a [SEP]} or {@code [CLS] a [SEP] b
 * [SEP]}, cut to the maximum length from the longer text. Immutable, thread-safe.
 */
public final class PairEncoder {
  /**
   * @param maxLength most tokens of a sequence, [CLS] and [SEP] included
   */
  public PairEncoder(Vocabulary vocabulary, boolean lowerCase, int maxLength) {
    throw new UnsupportedOperationException();
  }

  /** Encodes {@code a}, or the pair of {@code a} and {@code b} where {@code b} is not null. */
  public TokenSequence encode(String a, @Nullable String b) {
    throw new UnsupportedOperationException();
  }
}
