package io.ganglion.bench.engine;

/** A system that could not be loaded or run; the message says which and why. */
public final class EngineException extends Exception {
  private static final long serialVersionUID = 1L;

  public EngineException(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }
}
