package io.ganglion.runtime.text;

/**
 * Looks up what a BERT tokenizer does with a code point by its {@link BertRules}. Pages of the
 * table are filled when first used. The upper bits of an entry hold a kind, the lower ones the
 * replacing code point. Thread-safe: threads that race compute the same numbers.
 */
final class CharTable {
  /** Is removed before all other steps. */
  static final int DROPPED = 1;

  /** Ends a word. */
  static final int SPACE = 2;

  /** Is always a word of its own. */
  static final int IDEOGRAPH = 3;

  /** Is a piece of its own. */
  static final int PUNCTUATION = 4;

  /** Belongs to a word. */
  static final int LETTER = 5;

  /** An accent that is removed. */
  static final int STRIPPED = 6;

  /** Is removed too, but no mark moves across it. */
  static final int STRIPPED_STARTER = 7;

  /** Belongs to a word. The canonical order may move it before marks to its left. */
  static final int MOVABLE = 8;

  /** Becomes several code points: {@link #mapped}. */
  static final int SEVERAL = 9;

  /** A capital sigma, whose lower case depends on its neighbours. */
  static final int SIGMA = 10;

  static final int CAPITAL_SIGMA = 0x3a3;

  private static final int KIND_SHIFT = 21;
  private static final int CODE_POINT_MASK = (1 << KIND_SHIFT) - 1;
  private static final int PAGE_SHIFT = 8;
  private static final int PAGE_SIZE = 1 << PAGE_SHIFT;

  private final BertRules rules;
  private final int[][] pages = new int[(Character.MAX_CODE_POINT + 1) >> PAGE_SHIFT][];

  CharTable(BertRules rules) {
    this.rules = rules;
  }

  static int kind(int entry) {
    return entry >>> KIND_SHIFT;
  }

  static int codePoint(int entry) {
    return entry & CODE_POINT_MASK;
  }

  int entry(int codePoint) {
    int[] page = pages[codePoint >> PAGE_SHIFT];
    if (page != null) {
      int entry = page[codePoint & (PAGE_SIZE - 1)];
      if (entry != 0) {
        return entry;
      }
    }
    return fill(codePoint);
  }

  private int fill(int codePoint) {
    int page = codePoint >> PAGE_SHIFT;
    if (pages[page] == null) {
      pages[page] = new int[PAGE_SIZE]; // threads may race: a lost page is only filled again
    }
    int entry = classify(codePoint);
    pages[page][codePoint & (PAGE_SIZE - 1)] = entry;
    return entry;
  }

  /** The code points in place of one that is not dropped. */
  int[] mapped(int codePoint) {
    return rules.mapped(codePoint);
  }

  private int classify(int codePoint) {
    if (rules.isDropped(codePoint)) {
      return entry(DROPPED, codePoint);
    }
    if (rules.isSpace(codePoint)) {
      return entry(SPACE, codePoint);
    }
    if (rules.isIdeograph(codePoint)) {
      return entry(IDEOGRAPH, rules.mapped(codePoint)[0]);
    }
    if (codePoint == CAPITAL_SIGMA && rules.knowsFinalSigma()) {
      return entry(SIGMA, codePoint);
    }
    int[] mapped = rules.mapped(codePoint);
    int kept = 0;
    int result = ofDecomposed(mapped[0]);
    for (int part : mapped) {
      int entry = ofDecomposed(part);
      if (kind(entry) != STRIPPED && kind(entry) != STRIPPED_STARTER) {
        kept++;
        result = entry;
      }
    }
    return kept > 1 ? entry(SEVERAL, codePoint) : result;
  }

  /** The entry of a code point that {@link #mapped} gave. */
  int ofDecomposed(int codePoint) {
    if (rules.isPunctuation(codePoint)) {
      return entry(PUNCTUATION, codePoint);
    }
    if (!rules.stripsAccents()) {
      return entry(LETTER, codePoint);
    }
    boolean starter = rules.combiningClass(codePoint) == 0;
    if (rules.isAccent(codePoint)) {
      return entry(starter ? STRIPPED_STARTER : STRIPPED, codePoint);
    }
    return entry(starter ? LETTER : MOVABLE, codePoint);
  }

  private static int entry(int kind, int codePoint) {
    return (kind << KIND_SHIFT) | codePoint;
  }
}
