package io.ganglion.runtime.text;

/**
 * What a BERT tokenizer does with single code points before it looks for pieces. Immutable,
 * thread-safe.
 */
interface BertRules {
  /** Is removed before all other steps. */
  boolean isDropped(int codePoint);

  /** Ends a word. */
  boolean isSpace(int codePoint);

  /** Is a word of its own. */
  boolean isIdeograph(int codePoint);

  /** Is a word of its own after it has been mapped. */
  boolean isPunctuation(int codePoint);

  /** Whether texts are decomposed, their marks ordered and accents removed. */
  boolean stripsAccents();

  /** Whether it is removed if accents are. */
  boolean isAccent(int codePoint);

  /** The mark's rank in the canonical order of the marks after a letter; 0 for a letter. */
  int combiningClass(int codePoint);

  /** What it becomes if accents stay: lower case, decomposed; at least one code point. */
  int[] mapped(int codePoint);

  /** Whether the lower case of a capital sigma depends on its neighbours. */
  boolean knowsFinalSigma();
}
