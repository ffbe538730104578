package io.ganglion.compiler;

/**
 * A setting that somebody chose and that makes no sense, alone or beside the others: the message is
 * one sentence that says what the setting may be. It is thrown by what holds settings and by nobody
 * else. Any other unchecked exception is a fault of the compiler.
 */
public final class SettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SettingException(String message) {
    super(message);
  }
}
