package io.ganglion.cli;

/** A command that may write its failures elsewhere than to standard error. */
public interface FailureSink {
  /**
   * Takes a failure.
   *
   * @param sentence for the user
   * @return whether it was written; if not, the shell writes it
   */
  boolean failed(String sentence);
}
