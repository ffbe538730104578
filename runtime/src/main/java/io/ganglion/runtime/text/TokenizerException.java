package io.ganglion.runtime.text;

/** A tokenizer or vocabulary that cannot be used; the message says why and where. */
public final class TokenizerException extends Exception {
  private static final long serialVersionUID = 1L;

  public TokenizerException(String message) {
    super(message);
  }

  public TokenizerException(String message, Throwable cause) {
    super(message, cause);
  }
}
