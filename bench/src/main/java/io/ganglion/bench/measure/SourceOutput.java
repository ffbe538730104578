package io.ganglion.bench.measure;

import io.ganglion.bench.engine.Engine;
import io.ganglion.bench.engine.EngineException;
import io.ganglion.bench.model.ModelException;
import io.ganglion.bench.workload.Batch;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.GoldenSet;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Turns the output of the source's signature into probabilities. It may give logits or
 * probabilities; the artifact's golden inputs, with the source's logits, show which.
 */
final class SourceOutput implements UnaryOperator<float[]> {
  // fp32 against fp32 with another order of summing.
  private static final double TOLERANCE = 1e-2;

  private final ModelManifest manifest;
  private final TokenSequence input;
  private final float[] logits;
  private volatile boolean givesLogits;

  private SourceOutput(ModelManifest manifest, GoldenSet golden) {
    this.manifest = manifest;
    input = golden.inputs().get(0);
    logits = golden.outputs().get(0);
  }

  static SourceOutput of(Path directory, ModelManifest manifest) throws ModelException {
    try (Artifact artifact = Artifact.open(directory)) {
      return new SourceOutput(manifest, artifact.golden());
    } catch (ArtifactException e) {
      throw new ModelException("Cannot open " + directory + ": " + e.getMessage(), e);
    }
  }

  /** Runs the source once; fails if it gives neither. */
  void learn(Engine source) throws EngineException {
    Batch batch = new Batch(List.of(0), List.of(input), TokenBatch.of(List.of(input)));
    try (Engine.Worker worker = source.open(0)) {
      float[] row = worker.infer(batch)[0];
      double fromLogits = distance(row, logits);
      double fromProbabilities = distance(row, manifest.answer(logits));
      if (Math.min(fromLogits, fromProbabilities) > TOLERANCE) {
        throw new EngineException(
            "The source's first output is not that of its artifact's golden inputs",
            new IllegalStateException(java.util.Arrays.toString(row)));
      }
      givesLogits = fromLogits < fromProbabilities;
    }
  }

  @Override
  public float[] apply(float[] row) {
    return givesLogits ? manifest.answer(row) : row;
  }

  private static double distance(float[] a, float[] b) {
    double distance = a.length == b.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      distance = Math.max(distance, Math.abs((double) a[i] - b[i]));
    }
    return distance;
  }
}
