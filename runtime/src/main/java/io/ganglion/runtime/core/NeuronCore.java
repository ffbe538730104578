package io.ganglion.runtime.core;

/**
 * One core that runs a loaded model. One thread owns an instance: it alone calls {@link #infer} and
 * {@link #close}; {@link #info} may be called by anyone.
 *
 * <p>Does not batch, queue, time out or retry: callers decide what shares a batch. A core that
 * needs a fixed shape pads inside; padding is never visible here.
 *
 * <p>To add a core, see {@link CoreProvider}.
 */
public interface NeuronCore extends AutoCloseable {
  /** What this core is. */
  CoreInfo info();

  /**
   * Runs one batch.
   *
   * @return logits [batch size, labels], row i for request i
   * @throws CoreFault if the batch could not be run; {@link CoreFault#scope()} says what is broken
   * @throws IllegalArgumentException if a token id or segment id is outside the model's tables, a
   *     request is longer than {@link CoreInfo#maxSequenceLength} or the batch larger than {@link
   *     CoreInfo#maxBatchSize}; the core is unharmed
   * @throws IllegalStateException if the core is closed
   */
  Logits infer(TokenBatch batch) throws CoreFault;

  /** Frees what this core owns. Idempotent. */
  @Override
  void close();
}
