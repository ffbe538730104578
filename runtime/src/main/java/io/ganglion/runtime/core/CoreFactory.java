package io.ganglion.runtime.core;

/**
 * A model made ready for one kind of core: weights that all its cores share. Thread-safe. Close it
 * after the last core.
 */
public interface CoreFactory extends AutoCloseable {
  /**
   * Opens core {@code index}; the calling thread becomes its owner.
   *
   * @throws CoreFault if the core cannot be had
   */
  NeuronCore open(int index) throws CoreFault;

  /** Frees the shared weights. Idempotent. */
  @Override
  void close();
}
