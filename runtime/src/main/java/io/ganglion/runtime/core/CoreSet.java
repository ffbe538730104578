package io.ganglion.runtime.core;

import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Cores of one kind with a model on them, and what a scheduler must know to feed them.
 *
 * @param factory opens them: indices 0 to {@code executions} (exclusive), each as often as it was
 *     closed; whoever has this closes it
 * @param cores how many NeuronCores
 * @param executions batches in flight, at least one a core
 * @param concurrent batches that make progress at the same time, at most {@code executions}
 * @param batchRequests most requests in a batch
 * @param mostRequests most requests that a core takes at once, at least {@code batchRequests}: for
 *     batches that end so soon that a larger one makes nobody wait
 * @param batchInvariant whether a request's logits are the same bits whatever shares its batch
 * @param lengthBuckets sequence lengths the cores were compiled for, ascending; empty for any
 * @param paddingRatio share of padding among the tokens computed so far, 0 to 1
 * @param notes what a user should know of it, a sentence each
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
