package io.ganglion.runtime.text;

/** A vocabulary that cannot be used; the message says why and where. */
public final class VocabularyException extends Exception {
  private static final long serialVersionUID = 1L;

  public VocabularyException(String message) {
    super(message);
  }

  public VocabularyException(String message, Throwable cause) {
    super(message, cause);
  }
}
