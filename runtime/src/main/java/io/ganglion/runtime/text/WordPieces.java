package io.ganglion.runtime.text;

import org.jspecify.annotations.Nullable;

/**
 * Splits texts into WordPieces in one pass over their characters, with the result of the several
 * passes of google-research/bert and of tokenizers' BertNormalizer and BertPreTokenizer. Used for
 * one call; not thread-safe.
 */
final class WordPieces {
  private final CharTable table;
  private final WordPieceModel model;
  private final TokenSink sink;
  private final int longestWord;
  private final int[] word;
  private int wordLength; // may exceed longestWord
  private int barrier; // index in the word that marks are not moved across
  private boolean enough; // the sink has, at the end of a word
  private final @Nullable CodePoints placed; // the word once more, if places are kept
  private int start; // of the character that is being read
  private int end;

  /**
   * @param sink is filled until it has enough
   */
  WordPieces(CharTable table, WordPieceModel model, TokenSink sink) {
    this.table = table;
    this.model = model;
    this.sink = sink;
    longestWord = model.longestWord();
    word = new int[longestWord];
    placed = sink.isPlaced() ? new CodePoints(0, true) : null;
  }

  /** Adds the pieces of a part of a text, and says whether that is enough. */
  boolean add(String text, int from, int to) {
    for (int i = from; i < to && !enough; ) {
      start = i;
      int codePoint = text.charAt(i++);
      if (Character.isSurrogate((char) codePoint)) {
        codePoint = text.codePointAt(i - 1);
        i += Character.charCount(codePoint) - 1;
      }
      end = i;
      int entry = table.entry(codePoint);
      switch (CharTable.kind(entry)) {
        case CharTable.LETTER -> push(CharTable.codePoint(entry));
        case CharTable.SPACE -> endWord();
        case CharTable.IDEOGRAPH -> single(CharTable.codePoint(entry));
        case CharTable.SIGMA -> push(FinalSigma.lowerCase(text, i - 1));
        case CharTable.SEVERAL -> {
          for (int part : table.mapped(codePoint)) {
            addDecomposed(table.ofDecomposed(part));
          }
        }
        case CharTable.DROPPED -> {}
        default -> addDecomposed(entry);
      }
    }
    endWord();
    return enough;
  }

  private void addDecomposed(int entry) {
    int codePoint = CharTable.codePoint(entry);
    switch (CharTable.kind(entry)) {
      case CharTable.LETTER -> push(codePoint);
      case CharTable.PUNCTUATION -> single(codePoint);
      case CharTable.MOVABLE -> insert(codePoint);
      case CharTable.STRIPPED_STARTER -> barrier = wordLength;
      default -> {} // stripped
    }
  }

  private void push(int codePoint) {
    if (wordLength < longestWord) {
      word[wordLength] = codePoint;
    }
    if (placed != null) {
      placed.add(codePoint, start, end);
    }
    wordLength++; // the model sees that a word is too long before it reads it
  }

  /** Pushes a mark and moves it to its place in the canonical order. */
  private void insert(int codePoint) {
    int at = wordLength;
    push(codePoint);
    if (wordLength > longestWord) {
      return;
    }
    int order = UnicodeKind.combiningClass(codePoint);
    while (at > barrier && UnicodeKind.combiningClass(word[at - 1]) > order) {
      word[at] = word[at - 1];
      at--;
    }
    word[at] = codePoint;
    if (placed != null) {
      placed.moveLastTo(at);
    }
  }

  private void single(int codePoint) {
    endWord();
    push(codePoint);
    endWord();
  }

  private void endWord() {
    if (wordLength > 0) {
      match();
      enough = sink.hasEnough();
    }
    wordLength = 0;
    barrier = 0;
  }

  private void match() {
    if (placed == null) {
      model.match(word, wordLength, sink);
      return;
    }
    sink.beginWord();
    model.tokenize(placed, 0, placed.length(), sink);
    placed.clear();
  }
}
