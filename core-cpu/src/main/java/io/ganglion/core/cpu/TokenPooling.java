package io.ganglion.core.cpu;

import io.ganglion.runtime.model.BFloat16;
import io.ganglion.runtime.model.Pooling;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * Makes one row of all rows of a request, in fp32 and in the order of its tokens, so that its bits
 * do not depend on other requests. Owner thread only.
 */
final class TokenPooling {
  private final boolean mean;
  private final FloatBuffer wide;
  private final ShortBuffer narrow;
  private final boolean isNarrow;
  private final FloatBuffer pooled;
  private final float[] row;
  private final float[] result;
  private final short[] bits;

  /**
   * @param from rows of the encoder's result, in the residual stream's type
   * @param to fp32 rows, one for each request
   */
  TokenPooling(PackedModel model, NativeBuffer from, NativeBuffer to) {
    mean = model.pooling() == Pooling.MEAN;
    isNarrow = model.stream() == DnnlType.BF16;
    ByteBuffer bytes = from.view();
    wide = bytes.asFloatBuffer();
    narrow = bytes.asShortBuffer();
    pooled = to.view().asFloatBuffer();
    row = new float[model.hidden()];
    result = new float[model.hidden()];
    bits = new short[model.hidden()];
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
    if (!isNarrow) {
      wide.get(index * to.length, to);
      return;
    }
    narrow.get(index * bits.length, bits);
    for (int i = 0; i < to.length; i++) {
      to[i] = BFloat16.toFloat(bits[i]);
    }
  }
}
