package io.ganglion.core.cpu;

import io.ganglion.runtime.model.Pooling;
import java.nio.FloatBuffer;

/**
 * Makes one row of all rows of a request, in fp32 and in the order of its tokens, so that its bits
 * do not depend on other requests. Owner thread only.
 */
final class TokenPooling {
  private final boolean mean;
  private final FloatBuffer rows;
  private final FloatBuffer pooled;
  private final float[] row;
  private final float[] result;

  /**
   * @param from fp32 rows of the encoder's result
   * @param to fp32 rows, one for each request
   */
  TokenPooling(PackedModel model, NativeBuffer from, NativeBuffer to) {
    mean = model.pooling() == Pooling.MEAN;
    rows = from.view().asFloatBuffer();
    pooled = to.view().asFloatBuffer();
    row = new float[model.hidden()];
    result = new float[model.hidden()];
  }

  /** Pools {@code tokens} rows from {@code first} on into the row of a request. */
  void pool(int first, int tokens, int request) {
    read(first, result);
    for (int token = 1; token < tokens; token++) {
      read(first + token, row);
      if (mean) {
        add();
      } else {
        keepLargest();
      }
    }
    if (mean) {
      for (int i = 0; i < result.length; i++) {
        result[i] /= tokens;
      }
    }
    pooled.put(request * result.length, result);
  }

  private void add() {
    for (int i = 0; i < result.length; i++) {
      result[i] += row[i];
    }
  }

  private void keepLargest() {
    for (int i = 0; i < result.length; i++) {
      result[i] = Math.max(result[i], row[i]);
    }
  }

  private void read(int index, float[] to) {
    rows.get(index * to.length, to);
  }
}
