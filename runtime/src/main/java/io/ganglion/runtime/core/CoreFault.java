package io.ganglion.runtime.core;

import org.jspecify.annotations.Nullable;

/** A batch that a core could not run. None of its requests has an answer. */
public final class CoreFault extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is broken, and so what to do about it. */
  public enum Scope {
    /** The core was busy: the same batch may be run again at once. */
    RETRY,
    /** This batch only; the core goes on. */
    BATCH,
    /** The core: close it and open another. */
    CORE,
    /** The device or its runtime: only a new process helps. */
    PROCESS
  }

  private final Scope scope;

  public CoreFault(Scope scope, String message) {
    this(scope, message, null);
  }

  public CoreFault(Scope scope, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.scope = scope;
  }

  public Scope scope() {
    return scope;
  }
}
