package io.ganglion.runtime.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds added tokens in a text: the leftmost first, and the longest of those that begin together.
 * Takes time linear in the text. Immutable, thread-safe.
 */
final class TokenFinder {
  private static final int ASCII = 0x80;

  private final List<AddedToken> tokens;
  private final PieceTrie trie; // of what is looked for; the ids are places in the list
  private final boolean[] firsts = new boolean[ASCII];
  private boolean firstsBeyondAscii;

  private TokenFinder(List<String> contents, List<AddedToken> tokens) {
    this.tokens = List.copyOf(tokens);
    trie = new PieceTrie(Pieces.ofLines(contents));
    for (String content : contents) {
      if (!content.isEmpty() && content.charAt(0) < ASCII) {
        firsts[content.charAt(0)] = true;
      } else {
        firstsBeyondAscii |= !content.isEmpty();
      }
    }
  }

  /** Collects what is looked for. */
  static final class Builder {
    private final List<String> contents = new ArrayList<>();
    private final List<AddedToken> tokens = new ArrayList<>();

    void add(String content, AddedToken token) {
      contents.add(content);
      tokens.add(token);
    }

    TokenFinder build() {
      return new TokenFinder(contents, tokens);
    }
  }

  boolean isEmpty() {
    return tokens.isEmpty();
  }

  /** False if the text has none; true is a maybe. */
  boolean mayFind(String text) {
    if (tokens.isEmpty()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ASCII ? firsts[c] : firstsBeyondAscii) {
        return true;
      }
    }
    return false;
  }

  /** The parts of a text in order: added tokens and what lies between them. None is empty. */
  static final class Parts {
    private static final int FIELDS = 3;

    private int[] values = new int[FIELDS * 8];
    private int count;

    int count() {
      return count;
    }

    int start(int part) {
      return values[FIELDS * part];
    }

    int end(int part) {
      return values[FIELDS * part + 1];
    }

    /** The token's id, or -1 for a part that is no token. */
    int token(int part) {
      return values[FIELDS * part + 2];
    }

    private void add(int from, int to, int token) {
      if (from >= to) {
        return;
      }
      if (FIELDS * count == values.length) {
        values = Arrays.copyOf(values, 2 * values.length);
      }
      values[FIELDS * count] = from;
      values[FIELDS * count + 1] = to;
      values[FIELDS * count + 2] = token;
      count++;
    }
  }

  /** The parts of the text, or null if it has no added token. */
  @Nullable Parts find(CodePoints text) {
    Parts parts = null;
    int rest = 0; // where the part begins that is not added yet
    for (int i = 0; i < text.length(); ) {
      int end = longest(text, i);
      if (end == i) {
        i++;
        continue;
      }
      AddedToken token = tokens.get(trie.idOf(text, i, end));
      if (!token.singleWord() || standsAlone(text, i, end)) {
        if (parts == null) {
          parts = new Parts();
        }
        int from = token.leftStrip() ? spacesBefore(text, i, rest) : i;
        int to = token.rightStrip() ? spacesAfter(text, end) : end;
        parts.add(rest, from, -1);
        parts.add(from, to, token.id());
        rest = to;
      }
      i = end;
    }
    if (parts != null) {
      parts.add(rest, text.length(), -1);
    }
    return parts;
  }

  /** The end of the longest token that begins here, or {@code at}. */
  private int longest(CodePoints text, int at) {
    int longest = at;
    int node = PieceTrie.ROOT;
    for (int i = at; i < text.length() && node != PieceTrie.NONE; i++) {
      node = trie.child(node, text.at(i));
      if (node != PieceTrie.NONE && trie.id(node) != PieceTrie.NONE) {
        longest = i + 1;
      }
    }
    return longest;
  }

  private static boolean standsAlone(CodePoints text, int from, int to) {
    return (from == 0 || !CodePointClass.WORD.has(text.at(from - 1)))
        && (to == text.length() || !CodePointClass.WORD.has(text.at(to)));
  }

  private static int spacesBefore(CodePoints text, int at, int least) {
    int from = at;
    while (from > least && CodePointClass.WHITE_SPACE.has(text.at(from - 1))) {
      from--;
    }
    return from;
  }

  private static int spacesAfter(CodePoints text, int at) {
    int to = at;
    while (to < text.length() && CodePointClass.WHITE_SPACE.has(text.at(to))) {
      to++;
    }
    return to;
  }
}
