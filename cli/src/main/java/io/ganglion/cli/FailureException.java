package io.ganglion.cli;

/** Work that cannot be done. Ends the program with exit code 1. */
public final class FailureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure.
   *
   * @param message one sentence: what is wrong, where, and what to do
   */
  public FailureException(String message) {
    super(message);
  }

  /**
   * A failure with a cause, which {@code --verbose} shows.
   *
   * @param message one sentence: what is wrong, where, and what to do
   * @param cause what was caught
   */
  public FailureException(String message, Throwable cause) {
    super(message, cause);
  }
}
