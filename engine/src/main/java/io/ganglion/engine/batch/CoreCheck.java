package io.ganglion.engine.batch;

import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.NeuronCore;

/** A check that a core must pass each time it is opened, before it runs a request. */
@FunctionalInterface
public interface CoreCheck {
  /**
   * Runs the check on the core's own thread.
   *
   * @throws CoreFault if the core does not compute what it should; the message tells what is wrong
   */
  void check(NeuronCore core) throws CoreFault;
}
