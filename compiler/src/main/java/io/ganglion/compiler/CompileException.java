package io.ganglion.compiler;

import org.jspecify.annotations.Nullable;

/**
 * Work that cannot be done. The message is one sentence for the user: what is wrong, where, and
 * what to do.
 */
public class CompileException extends Exception {
  /** What somebody can set to get past a failure. Only the command line knows the flag of each. */
  public enum Remedy {
    /** The file of WordPieces. */
    VOCABULARY,
    /** That a corpus may have other numbers of pairs than the published one. */
    ANY_COUNTS
  }

  private static final long serialVersionUID = 1L;

  private final @Nullable Remedy remedy;

  public CompileException(String message) {
    super(message);
    this.remedy = null;
  }

  /** A failure that a setting ends; the message ends with what to set. */
  public CompileException(String message, Remedy remedy) {
    super(message);
    this.remedy = remedy;
  }

  public CompileException(@Nullable String message, Throwable cause) {
    super(message == null ? cause.toString() : message, cause);
    this.remedy = null;
  }

  /** What to set; null where the message says all. */
  public @Nullable Remedy remedy() {
    return remedy;
  }
}
