package io.ganglion.compiler;

/**
 * Something to do if the process is ended from outside before {@link #close}. The action runs on a
 * thread of its own, beside whatever was interrupted.
 */
public final class Interrupted implements AutoCloseable {
  private final Thread hook;

  private Interrupted(Thread hook) {
    this.hook = hook;
  }

  public static Interrupted then(Runnable action) {
    Thread hook = new Thread(action, "clean-up");
    Runtime.getRuntime().addShutdownHook(hook);
    return new Interrupted(hook);
  }

  /** Forgets the action. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook is running or has run.
      return;
    }
  }
}
