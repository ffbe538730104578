package io.ganglion.cli.pairs;

/** Looks at texts. */
final class Texts {
  private Texts() {}

  /** Whether a text has no visible character: only blanks, control and zero-width characters. */
  static boolean isBlank(String text) {
    return text.codePoints().allMatch(Texts::isInvisible);
  }

  private static boolean isInvisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.CONTROL,
          Character.FORMAT ->
          true;
      default -> false;
    };
  }
}
