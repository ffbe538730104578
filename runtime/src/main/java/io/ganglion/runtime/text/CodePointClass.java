package io.ganglion.runtime.text;

import java.util.function.IntPredicate;

/**
 * A set of code points that is asked often. Pages of its table are filled when first used.
 * Thread-safe: threads that race compute the same.
 */
final class CodePointClass {
  static final CodePointClass WHITE_SPACE = new CodePointClass(LibraryUnicode::isWhiteSpace);
  static final CodePointClass PUNCTUATION = new CodePointClass(LibraryUnicode::isPunctuation);
  static final CodePointClass LETTER = new CodePointClass(LibraryUnicode::isLetter);
  static final CodePointClass NUMBER = new CodePointClass(LibraryUnicode::isNumber);
  static final CodePointClass WORD = new CodePointClass(LibraryUnicode::isWord);
  static final CodePointClass MARK = new CodePointClass(LibraryUnicode::isMark);

  private static final int PAGE_SHIFT = 8;
  private static final int PAGE_SIZE = 1 << PAGE_SHIFT;

  private final IntPredicate rule;
  private final boolean[][] pages = new boolean[(Character.MAX_CODE_POINT + 1) >> PAGE_SHIFT][];

  CodePointClass(IntPredicate rule) {
    this.rule = rule;
  }

  boolean has(int codePoint) {
    boolean[] page = pages[codePoint >> PAGE_SHIFT];
    if (page == null) {
      page = fill(codePoint >> PAGE_SHIFT);
    }
    return page[codePoint & (PAGE_SIZE - 1)];
  }

  private boolean[] fill(int index) {
    boolean[] page = new boolean[PAGE_SIZE];
    for (int i = 0; i < PAGE_SIZE; i++) {
      page[i] = rule.test((index << PAGE_SHIFT) + i);
    }
    pages[index] = page;
    return page;
  }
}
