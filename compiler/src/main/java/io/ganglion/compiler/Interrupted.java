package io.ganglion.compiler;

/**
 * Runs an action if the process is ended from outside before {@link #close}. The action runs on its
 * own thread while the interrupted work may still be running.
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

  /** Cancels the action. */
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
