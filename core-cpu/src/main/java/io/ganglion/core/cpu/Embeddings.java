package io.ganglion.core.cpu;

import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.SafeTensors;
import io.ganglion.runtime.model.WeightSchema;
import java.nio.FloatBuffer;

/**
 * The embedding tables. Words stay in the mapped file, because a batch touches only a few of its
 * rows. The two small tables are on the heap. Thread-safe.
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

  static Embeddings load(SafeTensors weights, int width) throws ArtifactException {
    return new Embeddings(
        width,
        weights.map(WeightSchema.WORD_EMBEDDINGS).asFloatBuffer(),
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
