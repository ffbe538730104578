package io.ganglion.runtime.text;

import java.util.Arrays;

/** A text as code points, being written or read. Used by one thread. */
final class CodePoints {
  static final int REPLACEMENT = 0xfffd;

  private int[] values;
  private int length;
  private boolean ascii = true;

  CodePoints(int capacity) {
    values = new int[Math.max(16, capacity)];
  }

  /** A part of a text. A surrogate that stands alone becomes U+FFFD, as in UTF-8. */
  static CodePoints of(String text, int from, int to) {
    CodePoints points = new CodePoints(to - from);
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        points.add(c);
      } else if (i + 1 < to && Character.isSurrogatePair(c, text.charAt(i + 1))) {
        points.add(Character.toCodePoint(c, text.charAt(++i)));
      } else {
        points.add(REPLACEMENT);
      }
    }
    return points;
  }

  int length() {
    return length;
  }

  /** The code points; places from {@link #length} on mean nothing. */
  int[] values() {
    return values;
  }

  int at(int index) {
    return values[index];
  }

  /** Whether all are below U+0080. */
  boolean isAscii() {
    return ascii;
  }

  void add(int codePoint) {
    if (length == values.length) {
      values = Arrays.copyOf(values, length * 2);
    }
    values[length++] = codePoint;
    ascii &= codePoint < 0x80;
  }

  @Override
  public String toString() {
    return new String(values, 0, length);
  }
}
