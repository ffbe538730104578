package io.ganglion.runtime.core;

import org.jspecify.annotations.Nullable;

/** A failure of a core. If it happened in a batch, none of its requests has an answer. */
public final class CoreFault extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is broken. It decides what to do next. */
  public enum Scope {
    /** The core was busy: the same batch may be run again at once. */
    RETRY,
    /** Only this batch failed; the core can go on. */
    BATCH,
    /** The core is broken: close it and open it again. */
    CORE,
    /** The device or its runtime is broken: only a new process helps. */
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
