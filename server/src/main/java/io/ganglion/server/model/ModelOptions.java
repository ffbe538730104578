package io.ganglion.server.model;

import io.ganglion.core.nrt.NanPolicy;
import io.ganglion.server.batch.AdmissionLimits;
import io.ganglion.server.batch.CoreLimits;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How to serve a model.
 *
 * @param backend kind of core
 * @param libnrt the Neuron runtime library; empty: where the vendor's packages put it
 * @param nanPolicy what NaN in a NeuronCore's result means
 * @param cores NeuronCores; 0: one for each processor, or all of the machine's NeuronCores
 * @param threads of one CPU core, or executions in flight on one NeuronCore
 * @param batchRequests most requests in a batch; 0: the artifact's batch size
 * @param batchTokens most tokens in a batch; 0: a full batch of longest requests
 * @param maxDelayNs how long a free core waits for a fuller batch
 * @param ageBoundNs a request this old goes first
 * @param admission what may wait
 * @param core time limits of a core
 */
public record ModelOptions(
    BackendChoice backend,
    Optional<Path> libnrt,
    NanPolicy nanPolicy,
    int cores,
    int threads,
    int batchRequests,
    int batchTokens,
    long maxDelayNs,
    long ageBoundNs,
    AdmissionLimits admission,
    CoreLimits core) {
  private static final long MILLI_NS = 1_000_000L;

  public ModelOptions {
    if (cores < 0 || threads < 1 || batchRequests < 0 || batchTokens < 0) {
      throw new IllegalArgumentException(
          "Cores and batch limits must not be negative, and a core needs a thread.");
    }
  }

  /** The CPU or, for an artifact compiled for them, NeuronCores; the limits of the command line. */
  public static ModelOptions defaults() {
    return new ModelOptions(
        BackendChoice.AUTO,
        Optional.empty(),
        NanPolicy.CHECK,
        0,
        1,
        0,
        0,
        0,
        1_000 * MILLI_NS,
        new AdmissionLimits(1024, 30_000 * MILLI_NS),
        coreLimits(30_000 * MILLI_NS));
  }

  /** The usual limits with this time for a batch. */
  public static CoreLimits coreLimits(long batchTimeoutNs) {
    return new CoreLimits(
        batchTimeoutNs, 300_000 * MILLI_NS, 100 * MILLI_NS, 30_000 * MILLI_NS, 3, 5_000 * MILLI_NS);
  }
}
