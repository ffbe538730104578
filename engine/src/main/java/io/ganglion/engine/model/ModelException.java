package io.ganglion.engine.model;

/** Thrown when a model cannot be served. The message says what is wrong, where, and what to do. */
public final class ModelException extends Exception {
  private static final long serialVersionUID = 1L;

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }

  public ModelException(String message) {
    super(message);
  }
}
