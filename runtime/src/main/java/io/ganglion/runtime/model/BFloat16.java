package io.ganglion.runtime.model;

/** The upper half of an fp32 number: its sign, its exponent and seven bits of its fraction. */
public final class BFloat16 {
  private BFloat16() {}

  /** Rounds to nearest, ties to even; a NaN stays one. */
  public static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40); // quiet, or the payload could vanish and leave infinity
    }
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }

  /** Exact. */
  public static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
