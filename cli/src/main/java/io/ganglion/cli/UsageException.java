package io.ganglion.cli;

/**
 * Wrong usage: flags that do not fit together, a value out of range. Ends the program with exit
 * code 2. Only this exception and what picocli refuses do so.
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
   * Wrong usage that shows in another exception.
   *
   * @param message one sentence that names the flag
   * @param cause what was caught
   */
  public UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
