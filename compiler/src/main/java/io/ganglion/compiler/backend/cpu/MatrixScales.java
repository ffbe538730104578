package io.ganglion.compiler.backend.cpu;

/**
 * The scales by which one matrix is quantized.
 *
 * @param inputScale the value of one step of the int8 input, for each input column; 1 for all where
 *     tokens have scales instead, which are not known yet
 * @param weightScale the value of one step of the product, for each output
 * @param inputMean mean of each input column over the calibration pairs
 * @param error expected error of an output relative to its size, as root mean squares over the
 *     calibration samples
 */
@SuppressWarnings("ArrayRecordComponent") // read-only by contract, compared nowhere
public record MatrixScales(
    float[] inputScale, float[] weightScale, float[] inputMean, double error) {
  /** The int8 matrix, row-major [inputs, outputs] like {@code weight}. */
  byte[] quantize(float[] weight) {
    int outputs = weightScale.length;
    byte[] quantized = new byte[weight.length];
    for (int i = 0; i < weight.length; i++) {
      float value = weight[i] * inputScale[i / outputs] / weightScale[i % outputs];
      quantized[i] = (byte) Math.max(-127, Math.min(127, Math.round(value)));
    }
    return quantized;
  }

  /**
   * The loss of each output on the mean input through rounding {@code weight}. Adding it to the
   * bias leaves only the error that varies between inputs.
   */
  float[] lostOnTheMean(float[] weight) {
    int outputs = weightScale.length;
    byte[] quantized = quantize(weight);
    double[] lost = new double[outputs];
    for (int i = 0; i < inputScale.length; i++) {
      for (int o = 0; o < outputs; o++) {
        int at = i * outputs + o;
        lost[o] += inputMean[i] * (weight[at] - quantized[at] * weightScale[o] / inputScale[i]);
      }
    }
    float[] rounded = new float[outputs];
    for (int o = 0; o < outputs; o++) {
      rounded[o] = (float) lost[o];
    }
    return rounded;
  }
}
