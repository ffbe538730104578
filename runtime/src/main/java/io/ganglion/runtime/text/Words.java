package io.ganglion.runtime.text;

import java.util.Arrays;

/** The words of a text: parts of it, in order, none empty. Used by one thread. */
final class Words {
  private final CodePoints text;
  private int[] bounds;
  private int count;

  Words(CodePoints text, int expected) {
    this.text = text;
    bounds = new int[2 * Math.max(8, expected)];
  }

  /** The whole text as one word. */
  static Words whole(CodePoints text) {
    return part(text, 0, text.length());
  }

  /** A part of a text as one word. */
  static Words part(CodePoints text, int from, int to) {
    Words words = new Words(text, 1);
    words.add(from, to);
    return words;
  }

  CodePoints text() {
    return text;
  }

  int count() {
    return count;
  }

  int start(int word) {
    return bounds[2 * word];
  }

  int end(int word) {
    return bounds[2 * word + 1];
  }

  /** Adds a word, if it is not empty. */
  void add(int from, int to) {
    if (from == to) {
      return;
    }
    if (2 * count == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * bounds.length);
    }
    bounds[2 * count] = from;
    bounds[2 * count + 1] = to;
    count++;
  }
}
