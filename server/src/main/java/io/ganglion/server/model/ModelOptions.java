package io.ganglion.server.model;

import io.ganglion.runtime.core.CoreOptions;
import io.ganglion.server.batch.AdmissionLimits;
import io.ganglion.server.batch.CoreLimits;

/**
 * How to serve a model.
 *
 * @param backend kind of core
 * @param cores how many, how fed, and what only one kind of them understands
 * @param batchTokens most tokens in a batch; 0: a full batch of longest requests
 * @param maxDelayNs how long a free core waits for a fuller batch
 * @param ageBoundNs a request this old goes first
 * @param admission what may wait
 * @param core time limits of a core
 */
public record ModelOptions(
    BackendChoice backend,
    CoreOptions cores,
    int batchTokens,
    long maxDelayNs,
    long ageBoundNs,
    AdmissionLimits admission,
    CoreLimits core) {
  private static final long MILLI_NS = 1_000_000L;

  public ModelOptions {
    if (batchTokens < 0) {
      throw new IllegalArgumentException(
          "A number of tokens in a batch must not be negative: " + batchTokens);
    }
  }

  /** The kind of core that suits the artifact and the machine; the limits of the command line. */
  public static ModelOptions defaults() {
    return new ModelOptions(
        BackendChoice.AUTO,
        CoreOptions.DEFAULT,
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
