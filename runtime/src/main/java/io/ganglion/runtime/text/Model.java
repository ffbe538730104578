package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Splits words into the pieces of a vocabulary. Immutable, thread-safe. */
sealed interface Model permits BpeModel, UnigramModel, WordPieceModel {
  /** Adds the pieces of one word: the code points in these places, at least one. */
  void tokenize(CodePoints text, int from, int to, TokenSink sink);

  /** The id of a whole piece, or {@link PieceTrie#NONE}. */
  int idOf(String token);

  /** Whether a word that has this character gives a token. */
  boolean hasTokenFor(int codePoint);

  Pieces pieces();

  /** Writes what {@link Models#read} reads, keys sorted. */
  void describe(ObjectNode to);
}
