package io.ganglion.core.nrt;

import com.sun.jna.Memory;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.SafeTensors;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.WeightSchema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * The host's part of the model: embedding look-up and layer norm in fp32, rounded to the NEFF's
 * type, and the bias that masks padding. Immutable, thread-safe. All cores share the word table. It
 * is in memory, because a mapped file could be cut while it is served.
 */
final class HostEmbeddings {
  private final ModelDimensions dimensions;
  private final FloatBuffer words;
  private final float[] positions;
  private final float[] segments;
  private final float[] gamma;
  private final float[] beta;
  private final float epsilon;
  private final NeuronType type;

  HostEmbeddings(Artifact artifact, NeuronType type) throws ArtifactException {
    ModelManifest manifest = artifact.manifest();
    SafeTensors weights = artifact.weights();
    this.dimensions = manifest.dimensions();
    this.words = outsideTheHeap(weights, WeightSchema.WORD_EMBEDDINGS).asFloatBuffer();
    this.positions = weights.floats(WeightSchema.POSITION_EMBEDDINGS);
    this.segments = weights.floats(WeightSchema.SEGMENT_EMBEDDINGS);
    this.gamma = weights.floats(WeightSchema.EMBEDDINGS_LAYER_NORM + ".gamma");
    this.beta = weights.floats(WeightSchema.EMBEDDINGS_LAYER_NORM + ".beta");
    this.epsilon = manifest.layerNormEpsilon();
    this.type = type;
  }

  /**
   * Not the JVM's direct memory, whose limit is the heap's. Freed with the last reference to it.
   */
  private static ByteBuffer outsideTheHeap(SafeTensors weights, String name)
      throws ArtifactException {
    long bytes = weights.spec(name).byteSize();
    ByteBuffer table = new Memory(bytes).getByteBuffer(0, bytes).order(ByteOrder.LITTLE_ENDIAN);
    weights.read(name, table);
    return table.flip();
  }

  /** Sizes of the model. */
  ModelDimensions dimensions() {
    return dimensions;
  }

  /** Fills both inputs of a NEFF of {@code length}: the batch's rows, then dummy rows. */
  void fill(TokenBatch batch, int length, ByteBuffer embeddings, ByteBuffer maskBias) {
    int hidden = dimensions.hiddenSize();
    float[] row = new float[hidden];
    float[] zeros = new float[hidden];
    int rows = maskBias.remaining() / type.bytes() / length;
    float[] mask = new float[length];
    for (int request = 0; request < rows; request++) {
      int tokens = request < batch.size() ? batch.length(request) : 0;
      for (int position = 0; position < length; position++) {
        mask[position] = position < tokens ? 0f : NeuronProgram.MASKED;
        if (position < tokens) {
          int token = batch.offsets()[request] + position;
          embed(batch.inputIds()[token], batch.segmentIds()[token], position, row);
          type.put(embeddings, row, hidden);
        } else {
          type.put(embeddings, zeros, hidden);
        }
      }
      type.put(maskBias, mask, length);
    }
  }

  private void embed(int word, int segment, int position, float[] row) {
    int hidden = row.length;
    words.get(Math.multiplyExact(word, hidden), row);
    int positionAt = position * hidden;
    int segmentAt = segment * hidden;
    for (int i = 0; i < hidden; i++) {
      row[i] += positions[positionAt + i] + segments[segmentAt + i];
    }
    float mean = (float) (sum(row) / hidden);
    for (int i = 0; i < hidden; i++) {
      row[i] -= mean;
    }
    float scale = (float) (1 / Math.sqrt(sumOfSquares(row) / hidden + epsilon));
    for (int i = 0; i < hidden; i++) {
      row[i] = row[i] * scale * gamma[i] + beta[i];
    }
  }

  /** Sums in double, so that a small deviation keeps its digits beside a large mean. */
  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  private static double sumOfSquares(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum;
  }
}
