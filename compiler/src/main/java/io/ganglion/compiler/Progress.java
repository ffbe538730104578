package io.ganglion.compiler;

/**
 * Hears how work goes. Work has phases, one after the other: {@link #begins}, then {@link #at} as
 * often as there is something to tell, then {@link #ends}, all on the thread that works. {@link
 * #note} may come from any thread.
 */
public interface Progress {
  /** Hears and says nothing. */
  Progress SILENT = new Progress() {};

  /** Work of one phase. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws CompileException;
  }

  /** A phase begins. */
  default void begins(String phase) {}

  /** The phase that began last is this far. */
  default void at(long done, long total) {}

  /** The phase that began last has ended, well or not. */
  default void ends(String phase) {}

  /** A line about the phase that began last. */
  default void note(String line) {}

  /** Runs one phase. */
  default <T> T run(String phase, Work<T> work) throws CompileException {
    begins(phase);
    try {
      return work.run();
    } finally {
      ends(phase);
    }
  }
}
