package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * Splits a word into the longest pieces, from left to right. A word that does not consist of pieces
 * and one that is too long become the unknown token. Immutable, thread-safe.
 */
final class WordPieceModel implements Model {
  static final String TYPE = "WordPiece";
  static final String PREFIX = "##";

  /** google-research/bert's longest word. */
  static final int GOOGLE_LONGEST_WORD = 200;

  /** Bounds what a word may cost. Models in use have 100 or 200. */
  private static final int MOST_LONGEST_WORD = 1000;

  private static final int USUAL_LONGEST_WORD = 100;

  private final Pieces pieces;
  private final String unknownToken;
  private final String prefix;
  private final int longestWord;
  private final PieceTrie trie;
  private final int unknown;
  private final int continuation;

  private WordPieceModel(Pieces pieces, String unknownToken, String prefix, int longestWord) {
    this.pieces = pieces;
    this.unknownToken = unknownToken;
    this.prefix = prefix;
    this.longestWord = longestWord;
    trie = new PieceTrie(pieces);
    unknown = trie.idOf(unknownToken);
    continuation = trie.find(prefix);
  }

  static WordPieceModel google(Vocabulary vocabulary) {
    return new WordPieceModel(
        Pieces.ofLines(vocabulary.pieces()), Vocabulary.UNKNOWN, PREFIX, GOOGLE_LONGEST_WORD);
  }

  static WordPieceModel read(JsonFields fields) throws TokenizerException {
    WordPieceModel model =
        new WordPieceModel(
            Pieces.of(fields.ids("vocab"), fields.where()),
            fields.text("unk_token", Vocabulary.UNKNOWN),
            fields.text("continuing_subword_prefix", PREFIX),
            fields.number("max_input_chars_per_word", 1, MOST_LONGEST_WORD, USUAL_LONGEST_WORD));
    if (model.unknown == PieceTrie.NONE) {
      throw new TokenizerException(
          fields.where() + ": the vocabulary has no unk_token " + model.unknownToken + ".");
    }
    return model;
  }

  @Override
  public void describe(ObjectNode to) {
    to.put("continuing_subword_prefix", prefix);
    to.put("max_input_chars_per_word", longestWord);
    to.put("type", TYPE);
    to.put("unk_token", unknownToken);
    pieces.describe(to.putObject("vocab"));
  }

  @Override
  public Pieces pieces() {
    return pieces;
  }

  @Override
  public boolean hasTokenFor(int codePoint) {
    return true;
  }

  @Override
  public int idOf(String token) {
    return trie.idOf(token);
  }

  /** Most characters of a word that is split. */
  int longestWord() {
    return longestWord;
  }

  @Override
  public void tokenize(CodePoints text, int from, int to, TokenSink sink) {
    match(text.values(), from, to, text, sink);
  }

  /** Adds the pieces of the word that is at the beginning of this array. */
  void match(int[] word, int length, TokenSink sink) {
    match(word, 0, length, null, sink);
  }

  private void match(int[] word, int from, int to, @Nullable CodePoints text, TokenSink sink) {
    int before = sink.count();
    int root = PieceTrie.ROOT;
    for (int start = from; start < to; ) {
      int longest = PieceTrie.NONE;
      int end = start;
      int node = to - from > longestWord ? PieceTrie.NONE : root;
      for (int i = start; i < to && node != PieceTrie.NONE; i++) {
        node = trie.child(node, word[i]);
        if (node != PieceTrie.NONE && trie.id(node) != PieceTrie.NONE) {
          longest = trie.id(node);
          end = i + 1;
        }
      }
      if (longest == PieceTrie.NONE) {
        sink.cutTo(before);
        add(unknown, text, from, to, sink);
        return;
      }
      add(longest, text, start, end, sink);
      start = end;
      root = continuation;
    }
  }

  private static void add(int id, @Nullable CodePoints text, int from, int to, TokenSink sink) {
    if (text == null) {
      sink.add(id);
    } else {
      sink.add(id, text, from, to);
    }
  }
}
