package io.ganglion.runtime.text;

/**
 * The rules of the tokenizers library's BertNormalizer and BertPreTokenizer.
 *
 * @param cleanText whether control characters are dropped
 * @param handleChinese whether each Chinese character is a word
 * @param stripAccents whether texts are decomposed and accents removed
 * @param lowerCase whether letters are lower-cased
 */
record LibraryBertRules(
    boolean cleanText, boolean handleChinese, boolean stripAccents, boolean lowerCase)
    implements BertRules {
  @Override
  public boolean isDropped(int codePoint) {
    return cleanText
        && codePoint != '\t'
        && codePoint != '\n'
        && codePoint != '\r'
        && (codePoint == CodePoints.REPLACEMENT || LibraryUnicode.isOther(codePoint));
  }

  @Override
  public boolean isSpace(int codePoint) {
    return LibraryUnicode.isWhiteSpace(codePoint);
  }

  @Override
  public boolean isIdeograph(int codePoint) {
    return handleChinese && LibraryUnicode.isIdeograph(codePoint);
  }

  @Override
  public boolean isPunctuation(int codePoint) {
    return LibraryUnicode.isPunctuation(codePoint);
  }

  @Override
  public boolean stripsAccents() {
    return stripAccents;
  }

  @Override
  public boolean isAccent(int codePoint) {
    return LibraryUnicode.isNonSpacingMark(codePoint);
  }

  @Override
  public int combiningClass(int codePoint) {
    return NormalForm.combiningClass(codePoint);
  }

  @Override
  public int[] mapped(int codePoint) {
    int[] parts = stripAccents ? NormalForm.NFD.decomposition(codePoint) : new int[] {codePoint};
    if (!lowerCase) {
      return parts;
    }
    if (parts.length == 1) {
      return LibraryUnicode.lowerCase(parts[0]);
    }
    int[] lower = parts.clone();
    for (int i = 0; i < lower.length; i++) {
      lower[i] = LibraryUnicode.lowerCase(parts[i])[0]; // one that has two decomposes first
    }
    return lower;
  }

  @Override
  public boolean knowsFinalSigma() {
    return false;
  }
}
