package io.ganglion.runtime.core;

import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Cores of one kind with a loaded model, and what a scheduler must know to feed them.
 *
 * @param factory opens the cores with indices 0 to {@code executions} (exclusive); an index may be
 *     opened again after its core was closed. The owner of this set closes it
 * @param cores number of NeuronCores
 * @param executions batches in flight, at least one for each core
 * @param concurrent batches that make progress at the same time, at most {@code executions}
 * @param batchRequests most requests in a batch
 * @param mostRequests most requests that a core can take, at least {@code batchRequests}. Used when
 *     batches end so soon that a larger one delays nobody
 * @param batchInvariant whether a request's outputs do not depend on its batch, to the bit
 * @param lengthBuckets sequence lengths that the cores were compiled for, ascending; empty if they
 *     take any
 * @param paddingRatio share of padding among the tokens computed so far, 0 to 1
 * @param notes what a user should know, one sentence each
 */
public record CoreSet(
    CoreFactory factory,
    int cores,
    int executions,
    int concurrent,
    int batchRequests,
    int mostRequests,
    boolean batchInvariant,
    List<Integer> lengthBuckets,
    DoubleSupplier paddingRatio,
    List<String> notes)
    implements AutoCloseable {
  public CoreSet {
    lengthBuckets = List.copyOf(lengthBuckets);
    notes = List.copyOf(notes);
    if (cores < 1 || executions < cores || batchRequests < 1) {
      throw new IllegalArgumentException(
          "%d executions on %d cores, %d requests a batch: none may be 0, and none may idle."
              .formatted(executions, cores, batchRequests));
    }
    if (concurrent < 1 || concurrent > executions || mostRequests < batchRequests) {
      throw new IllegalArgumentException(
          "%d of %d executions at the same time, %d to %d requests a batch: that cannot be."
              .formatted(concurrent, executions, batchRequests, mostRequests));
    }
  }

  /** Closes the factory. */
  @Override
  public void close() {
    factory.close();
  }
}
