package io.ganglion.engine.model;

import io.ganglion.engine.batch.CoreCheck;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.GoldenSet;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.GoldenCheck;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.text.TokenSequence;
import java.util.ArrayList;
import java.util.List;

/**
 * Requires that a core reproduces the source model on the artifact's golden inputs, and warms it up
 * with full batches. Immutable, thread-safe.
 */
final class StartCheck implements CoreCheck {
  /**
   * Batches of each shape: the first makes the core's plans, and the second is as fast as later
   * ones.
   */
  private static final int WARM_UP_BATCHES = 2;

  /** A core that is busy is tried again, because this says nothing about the model. */
  private static final int BUSY_ATTEMPTS = 5;

  private final GoldenSet golden;
  private final ModelManifest manifest;
  private final int batchRequests;

  StartCheck(Artifact artifact, int batchRequests) {
    this.golden = artifact.golden();
    this.manifest = artifact.manifest();
    this.batchRequests = batchRequests;
  }

  @Override
  public void check(NeuronCore core) throws CoreFault {
    for (int attempt = 1; ; attempt++) {
      try {
        attempt(core);
        return;
      } catch (CoreFault e) {
        if (e.scope() != CoreFault.Scope.RETRY || attempt == BUSY_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private void attempt(NeuronCore core) throws CoreFault {
    GoldenCheck.Result result = GoldenCheck.run(core, golden, manifest);
    if (!result.passed()) {
      throw new CoreFault(
          CoreFault.Scope.CORE,
          "core " + core.info().index() + " fails the golden check. " + result.summary());
    }
    int size = Math.min(batchRequests, core.info().maxBatchSize());
    List<TokenSequence> batch = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      batch.add(golden.inputs().get(i % golden.inputs().size()));
    }
    for (int i = 0; i < WARM_UP_BATCHES; i++) {
      core.infer(TokenBatch.of(batch));
    }
  }
}
