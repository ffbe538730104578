package io.ganglion.server.batch;

import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.NeuronCore;

/** What a core must pass each time it was opened, before it runs a request. */
@FunctionalInterface
public interface CoreCheck {
  /**
   * Runs on the core's own thread.
   *
   * @throws CoreFault if the core does not compute what it should; the message says how
   */
  void check(NeuronCore core) throws CoreFault;
}
