package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Turns one text into token ids, without special tokens around it. Immutable, thread-safe. */
sealed interface TextEncoder permits GoogleBertEncoder, PipelineEncoder {
  /**
   * The text's tokens.
   *
   * @param enough number of tokens after which no further word is read
   */
  TokenSink encode(String text, int enough);

  /** Whether the text has a token. */
  boolean hasTokens(String text);

  /** One more than the highest id that it gives. */
  int size();

  /** Writes its parts of a {@code tokenizer.json}, by key. */
  void describe(ObjectNode to);
}
