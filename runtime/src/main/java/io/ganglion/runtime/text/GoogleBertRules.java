package io.ganglion.runtime.text;

/** The rules of google-research/bert's BasicTokenizer. */
record GoogleBertRules(boolean lowerCase) implements BertRules {
  @Override
  public boolean isDropped(int codePoint) {
    return UnicodeKind.isDropped(codePoint);
  }

  @Override
  public boolean isSpace(int codePoint) {
    return UnicodeKind.isSpace(codePoint);
  }

  @Override
  public boolean isIdeograph(int codePoint) {
    return UnicodeKind.isIdeograph(codePoint);
  }

  @Override
  public boolean isPunctuation(int codePoint) {
    return UnicodeKind.isPunctuation(codePoint);
  }

  @Override
  public boolean stripsAccents() {
    return lowerCase;
  }

  @Override
  public boolean isAccent(int codePoint) {
    return UnicodeKind.isNonSpacingMark(codePoint);
  }

  @Override
  public int combiningClass(int codePoint) {
    return UnicodeKind.combiningClass(codePoint);
  }

  @Override
  public int[] mapped(int codePoint) {
    return lowerCase ? UnicodeKind.lowerCaseDecomposed(codePoint) : new int[] {codePoint};
  }

  @Override
  public boolean knowsFinalSigma() {
    return lowerCase;
  }
}
