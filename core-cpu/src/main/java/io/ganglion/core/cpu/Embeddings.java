package io.ganglion.core.cpu;

import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.SafeTensors;
import io.ganglion.runtime.model.WeightSchema;
import java.nio.FloatBuffer;

/**
 * The embedding tables, in memory: a mapped file could be cut while it is served. All cores of a
 * model share them. Thread-safe. The words lie in the model's scope, the two small tables on the
 * heap.
 */
final class Embeddings {
  private final int width;
  private final FloatBuffer words;
  private final float[] positions;
  private final float[] segments;

  private Embeddings(int width, FloatBuffer words, float[] positions, float[] segments) {
    this.width = width;
    this.words = words;
    this.positions = positions;
    this.segments = segments;
  }

  static Embeddings load(NativeScope scope, SafeTensors weights, int width)
      throws ArtifactException {
    String name = WeightSchema.WORD_EMBEDDINGS;
    NativeBuffer words = scope.buffer(weights.spec(name).byteSize());
    weights.read(name, words.view());
    return new Embeddings(
        width,
        words.view().asFloatBuffer(),
        weights.floats(WeightSchema.POSITION_EMBEDDINGS),
        weights.floats(WeightSchema.SEGMENT_EMBEDDINGS));
  }

  /** Writes the sum of a token's three rows into {@code row}, which has the embeddings' width. */
  void sum(int inputId, int position, int segment, float[] row) {
    words.get(inputId * width, row, 0, width);
    int p = position * width;
    int s = segment * width;
    for (int i = 0; i < width; i++) {
      row[i] += positions[p + i] + segments[s + i];
    }
  }
}
