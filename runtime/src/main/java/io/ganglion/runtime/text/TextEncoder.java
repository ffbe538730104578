package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Turns one text into token ids, without special tokens around it. Immutable, thread-safe. */
sealed interface TextEncoder permits GoogleBertEncoder, PipelineEncoder {
  /** Adds the text's tokens, and stops at the end of a word when the sink has enough. */
  void encode(String text, TokenSink sink);

  /** Whether the text has a token. */
  boolean hasTokens(String text);

  /** One more than the highest id that it gives. */
  int size();

  /** Writes its parts of a {@code tokenizer.json}, by key. */
  void describe(ObjectNode to);
}
