package io.ganglion.runtime.core;

/**
 * One core that runs a loaded model. One thread owns an instance: only that thread calls {@link
 * #infer} and {@link #close}. Any thread may call {@link #info}.
 *
 * <p>A core does not batch, queue, time out or retry: callers decide which requests share a batch.
 * A core that needs a fixed shape pads internally; callers never see padding.
 *
 * <p>To add a core, see {@link CoreProvider}.
 */
public interface NeuronCore extends AutoCloseable {
  /** What this core is. */
  CoreInfo info();

  /**
   * Runs one batch.
   *
   * @return one row a request, or one row a token, as the task of the model's manifest says
   * @throws CoreFault if the batch could not be run; {@link CoreFault#scope()} says what is broken
   * @throws IllegalArgumentException if a token id or segment id is outside the model's tables, a
   *     request is longer than {@link CoreInfo#maxSequenceLength} or the batch larger than {@link
   *     CoreInfo#maxBatchSize}; the core is unharmed
   * @throws IllegalStateException if the core is closed
   */
  Outputs infer(TokenBatch batch) throws CoreFault;

  /** Frees what this core owns. Idempotent. */
  @Override
  void close();
}
