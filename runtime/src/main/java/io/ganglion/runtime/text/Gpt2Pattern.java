package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The words of byte-level tokenizers: English contractions, and runs of letters, of numbers and of
 * other signs, each with one space before it. Of white space before a word the last character is
 * left to the word.
 */
final class Gpt2Pattern implements Pattern {
  static final String REGEX =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  static final Gpt2Pattern INSTANCE = new Gpt2Pattern();

  private Gpt2Pattern() {}

  @Override
  public int match(CodePoints text, int at, int end) {
    int first = text.at(at);
    if (first == '\'') {
      int contraction = contraction(text, at + 1, end);
      if (contraction > 0) {
        return at + 1 + contraction;
      }
    }
    boolean spaced = first == ' ' && at + 1 < end && !isSpace(text.at(at + 1));
    if (!spaced && isSpace(first)) {
      return spaces(text, at, end);
    }
    int start = spaced ? at + 1 : at;
    int kind = kind(text.at(start));
    int to = start + 1;
    while (to < end && kind(text.at(to)) == kind) {
      to++;
    }
    return to;
  }

  /** All white space; if a word follows and more than one character is there, all but the last. */
  private static int spaces(CodePoints text, int at, int end) {
    int to = at + 1;
    while (to < end && isSpace(text.at(to))) {
      to++;
    }
    return to == end || to == at + 1 ? to : to - 1;
  }

  /** The length of a contraction's letters, or 0. */
  private static int contraction(CodePoints text, int at, int end) {
    if (at == end) {
      return 0;
    }
    int second = at + 1 < end ? text.at(at + 1) : 0;
    return switch (text.at(at)) {
      case 's', 't', 'm', 'd' -> 1;
      case 'r', 'v' -> second == 'e' ? 2 : 0;
      case 'l' -> second == 'l' ? 2 : 0;
      default -> 0;
    };
  }

  private static final int LETTER = 0;
  private static final int NUMBER = 1;
  private static final int SPACE = 2;
  private static final int OTHER = 3;

  private static int kind(int codePoint) {
    if (CodePointClass.LETTER.has(codePoint)) {
      return LETTER;
    }
    if (isSpace(codePoint)) {
      return SPACE;
    }
    return CodePointClass.NUMBER.has(codePoint) ? NUMBER : OTHER;
  }

  private static boolean isSpace(int codePoint) {
    return CodePointClass.WHITE_SPACE.has(codePoint);
  }

  @Override
  public boolean mayTouchAlphanumerics() {
    return true;
  }

  @Override
  public void describe(ObjectNode to) {
    to.put("Regex", REGEX);
  }
}
