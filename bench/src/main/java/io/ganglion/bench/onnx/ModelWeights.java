package io.ganglion.bench.onnx;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.model.ModelManifest;
import java.io.IOException;

/** An fp32 model's weights by the names of {@code WeightSchema}. */
public interface ModelWeights {
  /** Sizes, GELU kind, epsilon and head of the model. */
  ModelManifest manifest();

  /** The tensor's values, row-major, an array that the caller may change. */
  float[] floats(String name) throws IOException;

  /** The weights of an open fp32 artifact. */
  static ModelWeights of(Artifact artifact) {
    return new ModelWeights() {
      @Override
      public ModelManifest manifest() {
        return artifact.manifest();
      }

      @Override
      public float[] floats(String name) throws IOException {
        try {
          return artifact.weights().floats(name);
        } catch (ArtifactException e) {
          throw new IOException("Cannot read " + name + " from " + artifact.directory(), e);
        }
      }
    };
  }
}
