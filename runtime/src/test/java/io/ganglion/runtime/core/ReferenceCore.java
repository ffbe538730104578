package io.ganglion.runtime.core;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.core.CoreFault.Scope;
import io.ganglion.runtime.model.ModelManifest;
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
        manifest.labels().size(),
        manifest.precision().toString());
  }

  @Override
  public Logits infer(TokenBatch batch) throws CoreFault {
    if (closed) {
      throw new IllegalStateException("The core is closed.");
    }
    require(batch.size() <= manifest.batchSize(), "a batch of " + batch.size());
    int labels = manifest.labels().size();
    float[] values = new float[batch.size() * labels];
    for (int i = 0; i < batch.size(); i++) {
      TokenSequence sequence = sequence(batch, i);
      try {
        System.arraycopy(encoder.logits(sequence), 0, values, i * labels, labels);
      } catch (ArtifactException e) {
        throw new CoreFault(Scope.CORE, "The weights cannot be read", e);
      }
    }
    return new Logits(values, labels);
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
