package io.ganglion.engine.model;

import io.ganglion.engine.batch.AdmissionLimits;
import io.ganglion.engine.batch.CoreLimits;
import io.ganglion.runtime.core.CoreOptions;

/**
 * How to serve a model.
 *
 * @param backend the kind of core
 * @param cores number of cores, their feeding, and options of their kind
 * @param batchTokens most tokens in a batch; 0: a full batch of longest requests
 * @param maxDelayNs how long a free core may wait for a fuller batch
 * @param ageBoundNs age from which a request goes first
 * @param admission limits for waiting requests
 * @param core limits of a core
 * @param cacheBytes most memory for answers that are kept for equal requests; 0 to keep none
 */
public record ModelOptions(
    BackendChoice backend,
    CoreOptions cores,
    int batchTokens,
    long maxDelayNs,
    long ageBoundNs,
    AdmissionLimits admission,
    CoreLimits core,
    long cacheBytes) {
  private static final long MILLI_NS = 1_000_000L;

  public ModelOptions {
    if (batchTokens < 0) {
      throw new IllegalArgumentException(
          "A number of tokens in a batch must not be negative: " + batchTokens);
    }
    if (cacheBytes < 0) {
      throw new IllegalArgumentException("A size of a cache must not be negative: " + cacheBytes);
    }
  }

  /** The defaults of the command line: the kind of core that suits the artifact and the machine. */
  public static ModelOptions defaults() {
    return new ModelOptions(
        BackendChoice.AUTO,
        CoreOptions.DEFAULT,
        0,
        0,
        1_000 * MILLI_NS,
        new AdmissionLimits(1024, 30_000 * MILLI_NS),
        coreLimits(30_000 * MILLI_NS),
        0);
  }

  /** A copy with these cores. */
  public ModelOptions withCores(CoreOptions other) {
    return new ModelOptions(
        backend, other, batchTokens, maxDelayNs, ageBoundNs, admission, core, cacheBytes);
  }

  /** A copy with these limits for waiting requests. */
  public ModelOptions withAdmission(AdmissionLimits other) {
    return new ModelOptions(
        backend, cores, batchTokens, maxDelayNs, ageBoundNs, other, core, cacheBytes);
  }

  /** A copy with this memory for answers that are kept. */
  public ModelOptions withCache(long bytes) {
    return new ModelOptions(
        backend, cores, batchTokens, maxDelayNs, ageBoundNs, admission, core, bytes);
  }

  /** The default limits with this time for a batch. */
  public static CoreLimits coreLimits(long batchTimeoutNs) {
    return new CoreLimits(
        batchTimeoutNs, 300_000 * MILLI_NS, 100 * MILLI_NS, 30_000 * MILLI_NS, 3, 5_000 * MILLI_NS);
  }
}
