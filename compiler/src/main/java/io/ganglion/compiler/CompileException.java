package io.ganglion.compiler;

import org.jspecify.annotations.Nullable;

/**
 * Work that cannot be done. The message is one sentence for the user: what is wrong, where, and
 * what to do.
 */
public class CompileException extends Exception {
  private static final long serialVersionUID = 1L;

  private final @Nullable Setting remedy;

  public CompileException(String message) {
    super(message);
    this.remedy = null;
  }

  /** A failure that a setting ends; the message ends with what to set. */
  public CompileException(String message, Setting remedy) {
    super(message);
    this.remedy = remedy;
  }

  public CompileException(@Nullable String message, Throwable cause) {
    super(message == null ? cause.toString() : message, cause);
    this.remedy = null;
  }

  /** What to set; null where the message says all. */
  public @Nullable Setting remedy() {
    return remedy;
  }
}
