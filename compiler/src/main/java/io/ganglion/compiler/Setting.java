package io.ganglion.compiler;

/** What somebody can set to get past a failure. Only the command line knows the flag of each. */
public enum Setting {
  /** The file of WordPieces. */
  VOCABULARY,
  /** That a corpus may have other numbers of pairs than the published one. */
  ANY_COUNTS
}
