package io.ganglion.runtime.text;

import org.jspecify.annotations.Nullable;

/**
 * Turns texts into token ids, as the model was trained to see them. Immutable, thread-safe. The
 * work for a text is linear in its length, and no text makes it fail. Made by {@link
 * TokenizerSpec#tokenizer}.
 */
public interface Tokenizer {
  /**
   * Encodes {@code a}, or the pair of {@code a} and {@code b} if {@code b} is not null, with the
   * model's special tokens, cut to the longest sequence.
   */
  TokenSequence encode(String a, @Nullable String b);

  /** Encodes alike, with the places of the tokens in their texts; takes longer. */
  PlacedTokens encodeWithPlaces(String a, @Nullable String b);

  /** Number of segments that a pair's tokens have: mostly 2, but 1 for models like RoBERTa. */
  int segments();

  /** Whether a text has a token besides the special ones around it. */
  boolean hasTokens(String text);
}
