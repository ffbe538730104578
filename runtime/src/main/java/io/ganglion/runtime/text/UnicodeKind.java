package io.ganglion.runtime.text;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterCategory;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.Normalizer2;

/**
 * The classes of code points that BERT's tokenizer distinguishes, from ICU's Unicode categories.
 */
final class UnicodeKind {
  private static final Normalizer2 NFD = Normalizer2.getNFDInstance();

  private UnicodeKind() {}

  static boolean isDropped(int codePoint) {
    if (codePoint == '\t' || codePoint == '\n' || codePoint == '\r') {
      return false;
    }
    int type = UCharacter.getType(codePoint);
    return codePoint == 0xfffd
        || type == UCharacterCategory.CONTROL
        || type == UCharacterCategory.FORMAT;
  }

  static boolean isSpace(int codePoint) {
    return switch (UCharacter.getType(codePoint)) {
      case UCharacterCategory.SPACE_SEPARATOR,
          UCharacterCategory.LINE_SEPARATOR,
          UCharacterCategory.PARAGRAPH_SEPARATOR ->
          true;
      default -> codePoint == '\t' || codePoint == '\n' || codePoint == '\r';
    };
  }

  /**
   * Chinese characters, also as used in Japanese and Korean. Kana and hangul are not among them.
   */
  static boolean isIdeograph(int codePoint) {
    return codePoint >= 0x3400
        && (in(codePoint, 0x3400, 0x4dbf)
            || in(codePoint, 0x4e00, 0x9fff)
            || in(codePoint, 0xf900, 0xfaff)
            || in(codePoint, 0x20000, 0x2a6df)
            || in(codePoint, 0x2a700, 0x2b73f)
            || in(codePoint, 0x2b740, 0x2b81f)
            || in(codePoint, 0x2b820, 0x2ceaf)
            || in(codePoint, 0x2f800, 0x2fa1f));
  }

  /** Unicode's punctuation, and all other ASCII characters except letters, digits and spaces. */
  static boolean isPunctuation(int codePoint) {
    if (codePoint < 0x80) {
      return in(codePoint, '!', '/')
          || in(codePoint, ':', '@')
          || in(codePoint, '[', '`')
          || in(codePoint, '{', '~');
    }
    return switch (UCharacter.getType(codePoint)) {
      case UCharacterCategory.CONNECTOR_PUNCTUATION,
          UCharacterCategory.DASH_PUNCTUATION,
          UCharacterCategory.START_PUNCTUATION,
          UCharacterCategory.END_PUNCTUATION,
          UCharacterCategory.INITIAL_PUNCTUATION,
          UCharacterCategory.FINAL_PUNCTUATION,
          UCharacterCategory.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  /** Unicode's property Cased. */
  static boolean isCased(int codePoint) {
    return UCharacter.hasBinaryProperty(codePoint, UProperty.CASED);
  }

  /** Unicode's property Case_Ignorable. */
  static boolean isCaseIgnorable(int codePoint) {
    return UCharacter.hasBinaryProperty(codePoint, UProperty.CASE_IGNORABLE);
  }

  /** An accent or another mark that takes no width. */
  static boolean isNonSpacingMark(int codePoint) {
    return UCharacter.getType(codePoint) == UCharacterCategory.NON_SPACING_MARK;
  }

  /** The mark's rank in the canonical order of the marks after a letter; 0 for a letter. */
  static int combiningClass(int codePoint) {
    return UCharacter.getCombiningClass(codePoint);
  }

  /** The canonical decomposition of the lower case; at least one code point. */
  static int[] lowerCaseDecomposed(int codePoint) {
    int lower = UCharacter.toLowerCase(codePoint);
    String decomposed = NFD.getDecomposition(lower);
    return decomposed == null ? new int[] {lower} : decomposed.codePoints().toArray();
  }

  private static boolean in(int codePoint, int first, int last) {
    return codePoint >= first && codePoint <= last;
  }
}
