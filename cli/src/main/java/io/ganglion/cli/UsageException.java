package io.ganglion.cli;

/**
 * Wrong usage, told to the user: flags that do not fit together, a value out of its range. Ends the
 * program with exit code 2. Nothing else does, beside what picocli itself refuses.
 */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Wrong usage.
   *
   * @param message one sentence that names the flag
   */
  public UsageException(String message) {
    super(message);
  }

  /**
   * Wrong usage that something else has found.
   *
   * @param message one sentence that names the flag
   * @param cause what was caught
   */
  public UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
