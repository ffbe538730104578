package io.ganglion.runtime.core;

/**
 * A model loaded for one kind of core, with the weights that all its cores share. Thread-safe.
 * Close it after the last core.
 */
public interface CoreFactory extends AutoCloseable {
  /**
   * Opens core {@code index}; the calling thread becomes its owner.
   *
   * @throws CoreFault if the core cannot be opened
   */
  NeuronCore open(int index) throws CoreFault;

  /** Frees the shared weights. Idempotent. */
  @Override
  void close();
}
