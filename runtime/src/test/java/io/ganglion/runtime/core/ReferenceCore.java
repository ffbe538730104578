package io.ganglion.runtime.core;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.core.CoreFault.Scope;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Task;
import io.ganglion.runtime.text.TokenSequence;
import java.util.Arrays;

/** A slow core that answers with {@link ReferenceEncoder}. */
public final class ReferenceCore implements NeuronCore {
  private final ModelManifest manifest;
  private final ReferenceEncoder encoder;
  private final int index;
  private boolean closed;

  public ReferenceCore(Artifact artifact, int index) {
    this.manifest = artifact.manifest();
    this.encoder = ReferenceEncoder.of(artifact);
    this.index = index;
  }

  @Override
  public CoreInfo info() {
    return new CoreInfo(
        "reference",
        index,
        manifest.batchSize(),
        manifest.sequenceLength(),
        manifest.outputWidth(),
        manifest.precision().toString());
  }

  @Override
  public Outputs infer(TokenBatch batch) throws CoreFault {
    if (closed) {
      throw new IllegalStateException("The core is closed.");
    }
    require(batch.size() <= manifest.batchSize(), "a batch of " + batch.size());
    Task task = manifest.task();
    int width = manifest.outputWidth();
    float[] values = new float[task.rows(batch.size(), batch.tokens()) * width];
    int at = 0;
    for (int i = 0; i < batch.size(); i++) {
      try {
        float[] own = encoder.outputs(sequence(batch, i));
        System.arraycopy(own, 0, values, at, own.length);
        at += own.length;
      } catch (ArtifactException e) {
        throw new CoreFault(Scope.CORE, "The weights cannot be read", e);
      }
    }
    return Outputs.of(values, width, task, batch);
  }

  private TokenSequence sequence(TokenBatch batch, int request) {
    require(batch.length(request) <= manifest.sequenceLength(), "a long request");
    int from = batch.offsets()[request];
    int to = batch.offsets()[request + 1];
    int[] inputIds = Arrays.copyOfRange(batch.inputIds(), from, to);
    int[] segmentIds = Arrays.copyOfRange(batch.segmentIds(), from, to);
    for (int t = 0; t < inputIds.length; t++) {
      require(
          inputIds[t] >= 0 && inputIds[t] < manifest.dimensions().vocabularySize(), "a token id");
      require(
          segmentIds[t] >= 0 && segmentIds[t] < manifest.dimensions().segments(), "a segment id");
    }
    return new TokenSequence(inputIds, segmentIds);
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalArgumentException("The model does not take " + what);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
