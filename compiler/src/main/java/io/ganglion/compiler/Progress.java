package io.ganglion.compiler;

/**
 * Receives reports on the progress of work. Work has phases, one after the other. A phase reports
 * {@link #begins}, then {@link #at} any number of times, then {@link #ends}, all on the working
 * thread. {@link #note} may come from any thread.
 */
public interface Progress {
  /** Ignores all reports. */
  Progress SILENT = new Progress() {};

  /** The work of one phase. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws CompileException;
  }

  /** A phase has begun. */
  default void begins(String phase) {}

  /** The current phase has done this much. */
  default void at(long done, long total) {}

  /** The current phase has ended, whether or not it succeeded. */
  default void ends(String phase) {}

  /** A line about the current phase. */
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
