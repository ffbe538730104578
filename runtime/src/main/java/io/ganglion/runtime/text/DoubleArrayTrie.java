package io.ganglion.runtime.text;

/**
 * Darts' tree of byte strings in one array, as SentencePiece writes it. A damaged one finds nothing
 * or the wrong thing, but never fails. Immutable, thread-safe.
 */
final class DoubleArrayTrie {
  private static final int LABEL_MASK = (1 << 31) | 0xff;
  private static final int VALUE_MASK = Integer.MAX_VALUE;

  private final int[] units;

  DoubleArrayTrie(int[] units) {
    this.units = units;
  }

  /** The value of the shortest key that the bytes begin with, or -1. */
  int firstPrefix(byte[] bytes, int length) {
    int at = offset(units[0]);
    for (int i = 0; i < length; i++) {
      int label = bytes[i] & 0xff;
      at ^= label;
      if (label == 0 || at < 0 || at >= units.length || (units[at] & LABEL_MASK) != label) {
        return -1;
      }
      int unit = units[at];
      at ^= offset(unit);
      if (at < 0 || at >= units.length) {
        return -1;
      }
      if ((unit >>> 8 & 1) == 1) {
        return units[at] & VALUE_MASK;
      }
    }
    return -1;
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
  }
}
