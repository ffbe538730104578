package io.ganglion.core.cpu;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.bytedeco.dnnl.dnnl_stream;

/**
 * Takes the largest of each row's partial maxima and writes the size of the row's steps and its
 * reciprocal. A row that is not finite gets a scale that is not, so its result is not a number
 * either. Owner thread only.
 */
final class TokenScales implements Operation {
  private final TokenRange range;
  private final float[] values;
  private final short[] narrow;
  private final float[] scales;
  private final float[] factors;
  private final FloatBuffer wideIn;
  private final ShortBuffer narrowIn;
  private final FloatBuffer scalesOut;
  private final FloatBuffer factorsOut;

  /**
   * @param parts number of partial maxima of a row
   */
  TokenScales(TokenRange range, Workspace workspace, DnnlType type, int rows, int parts) {
    this.range = range;
    values = new float[rows * parts];
    narrow = new short[type == DnnlType.BF16 ? values.length : 0];
    scales = new float[rows];
    factors = new float[rows];
    wideIn = workspace.peaks().view().asFloatBuffer();
    narrowIn = workspace.peaks().view().asShortBuffer();
    scalesOut = workspace.tokenScales().view().asFloatBuffer();
    factorsOut = workspace.tokenFactors().view().asFloatBuffer();
  }

  @Override
  public void run(dnnl_stream stream) {
    read();
    int parts = values.length / scales.length;
    for (int row = 0; row < scales.length; row++) {
      float peak = values[row * parts];
      for (int i = row * parts + 1; i < (row + 1) * parts; i++) {
        peak = Math.max(peak, values[i]);
      }
      scales[row] = range.scale(peak);
      factors[row] = 1 / scales[row];
    }
    scalesOut.put(0, scales);
    factorsOut.put(0, factors);
  }

  private void read() {
    if (narrow.length == 0) {
      wideIn.get(0, values);
      return;
    }
    narrowIn.get(0, narrow);
    for (int i = 0; i < narrow.length; i++) {
      values[i] = Float.intBitsToFloat(narrow[i] << 16);
    }
  }
}
