package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Splits words into the pieces of a vocabulary. Immutable, thread-safe. */
sealed interface Model permits WordPieceModel {
  /** Adds the pieces of one word: the code points in these places. */
  void tokenize(CodePoints text, int from, int to, TokenSink sink);

  /** The id of a whole piece, or {@link PieceTrie#NONE}. */
  int idOf(String token);

  /** One more than the highest id. */
  int size();

  /** Writes what {@link Models#read} reads, keys sorted. */
  void describe(ObjectNode to);
}
