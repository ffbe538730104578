package io.ganglion.core.cpu;

/**
 * How the values of one token spread over the 256 steps of u8.
 *
 * @param zero the step that stands for zero
 * @param signed whether values may be as far below zero as above it
 * @param leastScale a step's least size. It keeps the lowest value within the steps below zero, and
 *     the reciprocal of a row of zeros finite
 */
record TokenRange(int zero, boolean signed, float leastScale) {
  /** The middle step. */
  static final int MIDDLE = 128;

  /**
   * Steps below zero for a result that goes only a little below it. With more, large tokens lose
   * accuracy; with fewer, small ones do.
   */
  private static final int BELOW_ZERO = 24;

  /** A bound from which results need as many steps below zero as above. */
  private static final float FAR_BELOW_ZERO = -0.5f;

  private static final int LAST = 255;
  private static final float SMALLEST = 1e-30f;

  /** For values without a bound. */
  static final TokenRange SIGNED = new TokenRange(MIDDLE, true, SMALLEST);

  /** For an activation's results, which are not below {@code lowest}. */
  static TokenRange notBelow(float lowest) {
    if (lowest >= 0) {
      return new TokenRange(0, false, SMALLEST);
    }
    int zero = lowest < FAR_BELOW_ZERO ? MIDDLE : BELOW_ZERO;
    return new TokenRange(zero, false, -lowest / zero);
  }

  /**
   * The size of a step for a token.
   *
   * @param peak its largest value, or its largest magnitude if values are signed
   */
  float scale(float peak) {
    return Math.max(peak / (LAST - zero), leastScale);
  }
}
