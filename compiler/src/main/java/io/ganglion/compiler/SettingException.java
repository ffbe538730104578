package io.ganglion.compiler;

/**
 * A setting that makes no sense, alone or together with others. The message is one sentence that
 * says what the setting may be. Only classes that hold settings throw it. Any other unchecked
 * exception is a fault of the compiler.
 */
public final class SettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SettingException(String message) {
    super(message);
  }
}
