package io.ganglion.bench.engine;

/** Thrown when a system cannot be loaded or run. The message says which and why. */
public final class EngineException extends Exception {
  private static final long serialVersionUID = 1L;

  public EngineException(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }
}
