package io.ganglion.runtime.text;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.Normalizer2;
import com.ibm.icu.util.VersionInfo;

/**
 * Unicode's normal forms, with the tables of the Unicode version that the tokenizers library knows.
 * The work is linear in the text, also for a letter with a thousand marks, which ICU sorts one by
 * one. Stateless.
 */
@SuppressWarnings("ImmutableEnumChecker") // its fields never change
enum NormalForm {
  NFC(Normalizer2.getNFDInstance(), true, UProperty.NFC_QUICK_CHECK),
  NFD(Normalizer2.getNFDInstance(), false, UProperty.NFD_QUICK_CHECK),
  NFKC(Normalizer2.getNFKDInstance(), true, UProperty.NFKC_QUICK_CHECK),
  NFKD(Normalizer2.getNFKDInstance(), false, UProperty.NFKD_QUICK_CHECK);

  /** What the crate unicode-normalization-alignments knows. */
  private static final VersionInfo NEWEST = VersionInfo.getInstance(9, 0, 0);

  private static final Normalizer2 COMPOSITION = Normalizer2.getNFCInstance();

  /** The value of ICU's quick-check properties for what stays as it is. */
  private static final int YES = 1;

  private static final int CLASSES = 256;
  private static final CodePointClass MOVABLE =
      new CodePointClass(codePoint -> combiningClass(codePoint) != 0);

  private final Normalizer2 decomposition;
  private final boolean composes;
  private final CodePointClass stable;

  NormalForm(Normalizer2 decomposition, boolean composes, int quickCheck) {
    this.decomposition = decomposition;
    this.composes = composes;
    stable =
        new CodePointClass(
            codePoint ->
                combiningClass(codePoint) == 0
                    && UCharacter.getIntPropertyValue(codePoint, quickCheck) == YES);
  }

  private static boolean isKnown(int codePoint) {
    return UCharacter.getAge(codePoint).compareTo(NEWEST) <= 0;
  }

  /** The mark's rank in the canonical order of the marks after a letter; 0 for a letter. */
  static int combiningClass(int codePoint) {
    return isKnown(codePoint) ? UCharacter.getCombiningClass(codePoint) : 0;
  }

  /** Whether the code point is a mark in the library's version of Unicode. */
  static boolean isMark(int codePoint) {
    return switch (codePoint) {
      case 0x1cf2, 0x1cf3 -> true; // became letters later
      case 0x111c9 -> false; // was punctuation
      default -> isKnown(codePoint) && LibraryUnicode.isMark(codePoint);
    };
  }

  /** The full decomposition; at least one code point. */
  int[] decomposition(int codePoint) {
    String parts = isKnown(codePoint) ? decomposition.getDecomposition(codePoint) : null;
    return parts == null ? new int[] {codePoint} : parts.codePoints().toArray();
  }

  /** The text in this form: the same object if nothing changes. */
  CodePoints apply(CodePoints text) {
    if (text.isAscii() || isStable(text)) {
      return text;
    }
    CodePoints decomposed = sorted(decomposed(text));
    return composes ? composed(decomposed) : decomposed;
  }

  private boolean isStable(CodePoints text) {
    for (int i = 0; i < text.length(); i++) {
      if (!stable.has(text.at(i))) {
        return false;
      }
    }
    return true;
  }

  private CodePoints decomposed(CodePoints text) {
    CodePoints parts = text.empty(text.length() + text.length() / 4);
    for (int i = 0; i < text.length(); i++) {
      int codePoint = text.at(i);
      if (codePoint < 0x80) {
        parts.copy(text, i);
      } else {
        for (int part : decomposition(codePoint)) {
          parts.add(part, text, i, i + 1);
        }
      }
    }
    return parts;
  }

  /** Puts each run of marks into the canonical order; equal ranks keep theirs. */
  private static CodePoints sorted(CodePoints text) {
    CodePoints sorted = text.empty(text.length());
    for (int i = 0; i < text.length(); ) {
      int end = i;
      while (end < text.length() && MOVABLE.has(text.at(end))) {
        end++;
      }
      if (end - i > 1) {
        sortRun(text, i, end, sorted);
      } else if (end > i) {
        sorted.copy(text, i);
      }
      if (end < text.length()) {
        sorted.copy(text, end);
      }
      i = end + 1;
    }
    return sorted;
  }

  /** Counts the ranks, so that a run of any length costs the same for each mark. */
  private static void sortRun(CodePoints text, int from, int to, CodePoints sorted) {
    int[] next = new int[CLASSES + 1];
    for (int i = from; i < to; i++) {
      next[combiningClass(text.at(i)) + 1]++;
    }
    for (int rank = 1; rank < next.length; rank++) {
      next[rank] += next[rank - 1];
    }
    int[] order = new int[to - from];
    for (int i = from; i < to; i++) {
      order[next[combiningClass(text.at(i))]++] = i;
    }
    for (int place : order) {
      sorted.copy(text, place);
    }
  }

  private static CodePoints composed(CodePoints text) {
    CodePoints composed = text.empty(text.length());
    int starter = -1;
    int lastClass = 0;
    for (int i = 0; i < text.length(); i++) {
      int codePoint = text.at(i);
      int rank = MOVABLE.has(codePoint) ? combiningClass(codePoint) : 0;
      boolean adjacent = starter == composed.length() - 1;
      if (starter >= 0 && (adjacent || lastClass < rank)) {
        int pair = compose(composed.at(starter), codePoint);
        if (pair >= 0) {
          composed.replace(starter, pair, text, i);
          continue;
        }
      }
      if (rank == 0) {
        starter = composed.length();
      }
      lastClass = rank;
      composed.copy(text, i);
    }
    return composed;
  }

  /** The composition of two code points, or a negative number. */
  private static int compose(int first, int second) {
    if (first < 0x80 && second < 0x80) {
      return -1;
    }
    int pair = COMPOSITION.composePair(first, second);
    return pair >= 0 && isKnown(pair) ? pair : -1;
  }
}
