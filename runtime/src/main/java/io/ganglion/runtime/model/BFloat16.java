package io.ganglion.runtime.model;

/**
 * Conversions between fp32 and bf16. A bf16 is the upper half of an fp32: its sign, its exponent
 * and seven bits of its fraction.
 */
public final class BFloat16 {
  private BFloat16() {}

  /** Rounds to nearest, ties to even. A NaN stays a NaN. */
  public static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short)
          (bits >>> 16 | 0x40); // make it quiet: without its payload it would be infinity
    }
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }

  /** Converts exactly. */
  public static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
