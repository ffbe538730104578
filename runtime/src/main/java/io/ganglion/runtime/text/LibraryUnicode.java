package io.ganglion.runtime.text;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterCategory;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.util.VersionInfo;

/**
 * Code points as the tokenizers library sees them. It takes its tables from several places: general
 * categories for BERT from Unicode 8, normal forms from Unicode 9 and all else from Unicode 16.
 * Stateless.
 */
final class LibraryUnicode {
  private static final VersionInfo CATEGORIES = VersionInfo.UNICODE_8_0;
  private static final VersionInfo NEWEST = VersionInfo.getInstance(16, 0, 0);

  private LibraryUnicode() {}

  /** The general category in Unicode 8. */
  static int category(int codePoint) {
    return switch (codePoint) {
      case 0x166d, 0x111c9 -> UCharacterCategory.OTHER_PUNCTUATION;
      case 0x1734, 0x1171e -> UCharacterCategory.NON_SPACING_MARK;
      case 0x1885, 0x1886 -> UCharacterCategory.OTHER_LETTER;
      case 0xa9bd -> UCharacterCategory.COMBINING_SPACING_MARK;
      default ->
          UCharacter.isDefined(codePoint) && UCharacter.getAge(codePoint).compareTo(CATEGORIES) <= 0
              ? UCharacter.getType(codePoint)
              : UCharacterCategory.UNASSIGNED;
    };
  }

  /** Control, format, private use, not assigned. */
  static boolean isOther(int codePoint) {
    return switch (category(codePoint)) {
      case UCharacterCategory.CONTROL,
          UCharacterCategory.FORMAT,
          UCharacterCategory.PRIVATE_USE,
          UCharacterCategory.SURROGATE ->
          true;
      default -> false;
    };
  }

  /** A mark that takes no width. */
  static boolean isNonSpacingMark(int codePoint) {
    return category(codePoint) == UCharacterCategory.NON_SPACING_MARK;
  }

  /** Unicode's punctuation, and all ASCII characters except letters, digits and spaces. */
  static boolean isPunctuation(int codePoint) {
    if (codePoint < 0x80) {
      return UnicodeKind.isPunctuation(codePoint);
    }
    return switch (category(codePoint)) {
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

  /** Unicode's property White_Space. */
  static boolean isWhiteSpace(int codePoint) {
    return UCharacter.hasBinaryProperty(codePoint, UProperty.WHITE_SPACE);
  }

  private static boolean isKnown(int codePoint) {
    return UCharacter.getAge(codePoint).compareTo(NEWEST) <= 0;
  }

  /** The general category in Unicode 16. */
  static int newCategory(int codePoint) {
    return isKnown(codePoint) ? UCharacter.getType(codePoint) : UCharacterCategory.UNASSIGNED;
  }

  static boolean isLetter(int codePoint) {
    return switch (newCategory(codePoint)) {
      case UCharacterCategory.UPPERCASE_LETTER,
          UCharacterCategory.LOWERCASE_LETTER,
          UCharacterCategory.TITLECASE_LETTER,
          UCharacterCategory.MODIFIER_LETTER,
          UCharacterCategory.OTHER_LETTER ->
          true;
      default -> false;
    };
  }

  static boolean isNumber(int codePoint) {
    return switch (newCategory(codePoint)) {
      case UCharacterCategory.DECIMAL_DIGIT_NUMBER,
          UCharacterCategory.LETTER_NUMBER,
          UCharacterCategory.OTHER_NUMBER ->
          true;
      default -> false;
    };
  }

  static boolean isDigit(int codePoint) {
    return newCategory(codePoint) == UCharacterCategory.DECIMAL_DIGIT_NUMBER;
  }

  static boolean isMark(int codePoint) {
    return switch (newCategory(codePoint)) {
      case UCharacterCategory.NON_SPACING_MARK,
          UCharacterCategory.COMBINING_SPACING_MARK,
          UCharacterCategory.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }

  /** What a regular expression's {@code \w} means. */
  static boolean isWord(int codePoint) {
    return isMark(codePoint)
        || isDigit(codePoint)
        || newCategory(codePoint) == UCharacterCategory.CONNECTOR_PUNCTUATION
        || (isKnown(codePoint)
            && (UCharacter.hasBinaryProperty(codePoint, UProperty.ALPHABETIC)
                || UCharacter.hasBinaryProperty(codePoint, UProperty.JOIN_CONTROL)));
  }

  /**
   * Chinese characters in the ranges that the library names; one of them begins 256 later than
   * Unicode's block.
   */
  static boolean isIdeograph(int codePoint) {
    return UnicodeKind.isIdeograph(codePoint) && (codePoint < 0x2b820 || codePoint > 0x2b91f);
  }

  /** The lower case without regard to the neighbours; almost always one code point. */
  static int[] lowerCase(int codePoint) {
    if (codePoint == 0x130) {
      return new int[] {'i', 0x307};
    }
    return new int[] {isKnown(codePoint) ? UCharacter.toLowerCase(codePoint) : codePoint};
  }
}
