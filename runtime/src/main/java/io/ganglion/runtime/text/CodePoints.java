package io.ganglion.runtime.text;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A text as code points, being written or read. On request it knows for each of them which part of
 * the caller's text it stands for. Used by one thread.
 */
final class CodePoints {
  static final int REPLACEMENT = 0xfffd;

  private static final int LEAST_CAPACITY = 16;

  private int[] values;
  private int @Nullable [] starts; // in the caller's text, UTF-16
  private int @Nullable [] ends;
  private int length;
  private boolean ascii = true;

  CodePoints(int capacity, boolean tracked) {
    values = new int[Math.max(LEAST_CAPACITY, capacity)];
    if (tracked) {
      starts = new int[values.length];
      ends = new int[values.length];
    }
  }

  /**
   * A part of a text. A surrogate that stands alone becomes U+FFFD, as in UTF-8.
   *
   * @param tracked whether places in the text are kept
   */
  static CodePoints of(String text, int from, int to, boolean tracked) {
    CodePoints points = new CodePoints(to - from, tracked);
    for (int i = from; i < to; ) {
      int start = i;
      char c = text.charAt(i++);
      int codePoint = c;
      if (Character.isSurrogate(c)) {
        if (i < to && Character.isSurrogatePair(c, text.charAt(i))) {
          codePoint = Character.toCodePoint(c, text.charAt(i++));
        } else {
          codePoint = REPLACEMENT;
        }
      }
      points.add(codePoint, start, i);
    }
    return points;
  }

  /** An empty text that is tracked if this one is. */
  CodePoints empty(int capacity) {
    return new CodePoints(capacity, starts != null);
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

  /** Where in the caller's text the code point begins, if tracked. */
  int start(int index) {
    return starts == null ? 0 : starts[index];
  }

  /** Where in the caller's text the code point ends, if tracked. */
  int end(int index) {
    return ends == null ? 0 : ends[index];
  }

  /** Adds a code point that stands for a part of the caller's text. */
  void add(int codePoint, int start, int end) {
    if (length == values.length) {
      grow();
    }
    if (starts != null && ends != null) {
      starts[length] = start;
      ends[length] = end;
    }
    values[length++] = codePoint;
    ascii &= codePoint < 0x80;
  }

  /** Adds a code point that stands for the places {@code first} to {@code last} of another text. */
  void add(int codePoint, CodePoints source, int first, int last) {
    if (source.length == 0) {
      add(codePoint, 0, 0);
    } else {
      int from = Math.min(first, source.length - 1);
      add(codePoint, source.start(from), source.end(Math.max(from, last - 1)));
    }
  }

  /** Adds the code point at a place of another text. */
  void copy(CodePoints source, int index) {
    add(source.values[index], source.start(index), source.end(index));
  }

  /** Adds a part of another text. */
  void copy(CodePoints source, int from, int to) {
    for (int i = from; i < to; i++) {
      copy(source, i);
    }
  }

  /** Puts another code point in place of one, which now ends where the other text's place does. */
  void replace(int index, int codePoint, CodePoints source, int place) {
    values[index] = codePoint;
    ascii &= codePoint < 0x80;
    if (starts != null && ends != null) {
      starts[index] = Math.min(starts[index], source.start(place));
      ends[index] = Math.max(ends[index], source.end(place));
    }
  }

  /** Moves the last code point to this place, and those from there on up by one. */
  void moveLastTo(int index) {
    rotate(values, index, length);
    if (starts != null && ends != null) {
      rotate(starts, index, length);
      rotate(ends, index, length);
    }
  }

  private static void rotate(int[] array, int index, int length) {
    int last = array[length - 1];
    System.arraycopy(array, index, array, index + 1, length - 1 - index);
    array[index] = last;
  }

  /** Forgets all code points. */
  void clear() {
    length = 0;
    ascii = true;
  }

  private void grow() {
    values = Arrays.copyOf(values, length * 2);
    if (starts != null && ends != null) {
      starts = Arrays.copyOf(starts, length * 2);
      ends = Arrays.copyOf(ends, length * 2);
    }
  }

  @Override
  public String toString() {
    return new String(values, 0, length);
  }
}
