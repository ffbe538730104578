package io.ganglion.compiler;

import org.jspecify.annotations.Nullable;

/**
 * Work that cannot be done, told to the user: the message is one sentence that says what is wrong,
 * where, and what to do.
 */
public class CompileException extends Exception {
  private static final long serialVersionUID = 1L;

  public CompileException(String message) {
    super(message);
  }

  public CompileException(@Nullable String message, Throwable cause) {
    super(message == null ? cause.toString() : message, cause);
  }
}
