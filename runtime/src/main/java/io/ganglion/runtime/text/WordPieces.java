package io.ganglion.runtime.text;

import java.util.Arrays;

/**
 * Splits texts into WordPieces in one pass over their characters, with the result of the four
 * passes of google-research/bert. Collects ids until it is full. Used for one call; not
 * thread-safe.
 */
final class WordPieces {
  /** A longer word becomes [UNK]. */
  private static final int MAX_WORD = 200;

  private static final int FIRST_CAPACITY = 64;

  private final PieceTrie trie;
  private final CharTable table;
  private final int unknown;
  private final int limit;
  private final int[] word = new int[MAX_WORD];
  private int wordLength; // may exceed MAX_WORD
  private int barrier; // index in the word that marks are not moved across
  private int[] ids;
  private int count;

  /**
   * @param limit most ids kept; text beyond them is not read
   */
  WordPieces(Vocabulary vocabulary, CharTable table, int limit) {
    this.trie = vocabulary.trie();
    this.table = table;
    this.unknown = vocabulary.unknown();
    this.limit = limit;
    this.ids = new int[Math.min(limit, FIRST_CAPACITY)];
  }

  /** Number of ids. */
  int count() {
    return count;
  }

  /** Copies the first {@code length} ids. */
  void copyTo(int[] target, int at, int length) {
    System.arraycopy(ids, 0, target, at, length);
  }

  /** Adds a text's pieces. */
  WordPieces add(String text) {
    int length = text.length();
    for (int i = 0; i < length && count < limit; ) {
      int codePoint = text.charAt(i++);
      if (Character.isSurrogate((char) codePoint)) {
        codePoint = text.codePointAt(i - 1);
        i += Character.charCount(codePoint) - 1;
      }
      int entry = table.entry(codePoint);
      switch (CharTable.kind(entry)) {
        case CharTable.LETTER -> push(CharTable.codePoint(entry));
        case CharTable.SPACE -> endWord();
        case CharTable.IDEOGRAPH -> single(CharTable.codePoint(entry));
        case CharTable.SIGMA -> push(FinalSigma.lowerCase(text, i - 1));
        case CharTable.SEVERAL -> {
          for (int part : UnicodeKind.lowerCaseDecomposed(codePoint)) {
            addDecomposed(table.ofDecomposed(part));
          }
        }
        case CharTable.DROPPED -> {}
        default -> addDecomposed(entry);
      }
    }
    endWord();
    return this;
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
    if (wordLength < MAX_WORD) {
      word[wordLength] = codePoint;
    }
    wordLength++;
  }

  /** Pushes a mark and moves it to its place in the canonical order. */
  private void insert(int codePoint) {
    int at = wordLength;
    push(codePoint);
    if (wordLength > MAX_WORD) {
      return;
    }
    int order = UnicodeKind.combiningClass(codePoint);
    while (at > barrier && UnicodeKind.combiningClass(word[at - 1]) > order) {
      word[at] = word[at - 1];
      at--;
    }
    word[at] = codePoint;
  }

  private void single(int codePoint) {
    endWord();
    push(codePoint);
    endWord();
  }

  private void endWord() {
    if (wordLength > MAX_WORD) {
      emit(unknown);
    } else if (wordLength > 0) {
      matchWord();
    }
    wordLength = 0;
    barrier = 0;
  }

  /** Takes the longest matching piece repeatedly. If none matches, the whole word becomes [UNK]. */
  private void matchWord() {
    int before = count;
    int root = PieceTrie.ROOT;
    for (int start = 0; start < wordLength; ) {
      int longest = PieceTrie.NONE;
      int end = start;
      int node = root;
      for (int i = start; i < wordLength && node != PieceTrie.NONE; i++) {
        node = trie.child(node, word[i]);
        if (node != PieceTrie.NONE && trie.id(node) != PieceTrie.NONE) {
          longest = trie.id(node);
          end = i + 1;
        }
      }
      if (longest == PieceTrie.NONE) {
        count = before;
        emit(unknown);
        return;
      }
      emit(longest);
      start = end;
      root = trie.continuation();
    }
  }

  private void emit(int id) {
    if (count < limit) {
      if (count == ids.length) {
        ids = Arrays.copyOf(ids, Math.min(limit, count * 2));
      }
      ids[count++] = id;
    }
  }
}
