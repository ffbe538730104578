package io.ganglion.runtime.text;

/**
 * Lower-cases the capital sigma, the only letter whose lower case depends on its neighbours: at the
 * end of a word it has its own form. Marks and a few signs beside it are skipped. The work for a
 * text is linear, because each stretch of them is passed once from each side.
 */
final class FinalSigma {
  private static final int SIGMA = 0x3c3;
  private static final int FINAL_SIGMA = 0x3c2;

  private FinalSigma() {}

  /** The lower case of the capital sigma at {@code index}. */
  static int lowerCase(String text, int index) {
    return isCasedBefore(text, index) && !isCasedAfter(text, index + 1) ? FINAL_SIGMA : SIGMA;
  }

  private static boolean isCasedBefore(String text, int index) {
    for (int i = index; i > 0; ) {
      int codePoint = text.codePointBefore(i);
      i -= Character.charCount(codePoint);
      if (!isLookedThrough(codePoint)) {
        return UnicodeKind.isCased(codePoint);
      }
    }
    return false;
  }

  private static boolean isCasedAfter(String text, int index) {
    for (int i = index; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      i += Character.charCount(codePoint);
      if (!isLookedThrough(codePoint)) {
        return UnicodeKind.isCased(codePoint);
      }
    }
    return false;
  }

  private static boolean isLookedThrough(int codePoint) {
    return UnicodeKind.isDropped(codePoint) || UnicodeKind.isCaseIgnorable(codePoint);
  }
}
