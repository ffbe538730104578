package io.ganglion.runtime.text;

import java.util.Arrays;

/**
 * Collects the token ids of one text. Whoever fills it looks after each word whether it has enough
 * and then stops. Used for one call; not thread-safe.
 */
final class TokenSink {
  private static final int FIRST_CAPACITY = 64;

  private final int enough;
  private int[] ids = new int[FIRST_CAPACITY];
  private int count;

  /**
   * @param enough number of ids after which no further word is read
   */
  TokenSink(int enough) {
    this.enough = enough;
  }

  /** Whether the words that follow need not be read. */
  boolean hasEnough() {
    return count >= enough;
  }

  int count() {
    return count;
  }

  void add(int id) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, count * 2);
    }
    ids[count++] = id;
  }

  /** Adds the token of these places in a text. */
  void add(int id, CodePoints text, int from, int to) {
    add(id);
  }

  void addAll(int[] tokens) {
    for (int token : tokens) {
      add(token);
    }
  }

  /** The ids from this place on. */
  int[] since(int place) {
    return Arrays.copyOfRange(ids, place, count);
  }

  /** Forgets all ids but the first {@code length}. */
  void cutTo(int length) {
    count = length;
  }

  /** Copies all ids. */
  void copyTo(int[] target, int at) {
    System.arraycopy(ids, 0, target, at, count);
  }
}
