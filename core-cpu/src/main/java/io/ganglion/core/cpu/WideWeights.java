package io.ganglion.core.cpu;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Converts stored bf16 or int8 weights to fp32, for a CPU without instructions for them. */
final class WideWeights {
  private WideWeights() {}

  /**
   * Expands [inputs, outputs] in place, from the end, so that nothing is overwritten before it is
   * read.
   *
   * @param bytes the stored matrix at the start, with room for the fp32 matrix
   * @param weightScales a scale for each output; int8 only
   * @param inputScales a scale for each input of an int8 matrix, if it has them
   */
  static void expand(
      ByteBuffer bytes,
      int inputs,
      int outputs,
      float @Nullable [] weightScales,
      float @Nullable [] inputScales) {
    for (int i = inputs * outputs - 1; i >= 0; i--) {
      float value =
          weightScales == null
              ? Float.intBitsToFloat(bytes.getShort(2 * i) << 16)
              : bytes.get(i)
                  * weightScales[i % outputs]
                  / (inputScales == null ? 1 : inputScales[i / outputs]);
      bytes.putFloat(4 * i, value);
    }
  }
}
