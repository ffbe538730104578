package io.ganglion.runtime.text;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects the token ids of one text. Whoever fills it looks after each word whether it has enough
 * and then stops. Used for one call; not thread-safe.
 */
final class TokenSink {
  private static final int FIRST_CAPACITY = 64;

  private final int enough;
  private int[] ids = new int[FIRST_CAPACITY];
  private int count;
  private int @Nullable [] starts; // in the caller's text; null if nobody asks for places
  private int @Nullable [] ends;
  private int @Nullable [] words;
  private int word = -1;

  /**
   * @param enough number of ids after which no further word is read
   * @param placed whether the tokens' places are kept
   */
  TokenSink(int enough, boolean placed) {
    this.enough = enough;
    if (placed) {
      starts = new int[FIRST_CAPACITY];
      ends = new int[FIRST_CAPACITY];
      words = new int[FIRST_CAPACITY];
    }
  }

  /** Whether the tokens' places are kept. */
  boolean isPlaced() {
    return words != null;
  }

  /** What follows belongs to the next word. */
  void beginWord() {
    word++;
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
      grow();
    }
    ids[count++] = id;
  }

  /** Adds the token that these code points became. */
  void add(int id, CodePoints text, int from, int to) {
    add(id);
    if (starts != null && ends != null && words != null) {
      starts[count - 1] = text.start(from);
      ends[count - 1] = text.end(to - 1);
      words[count - 1] = word;
    }
  }

  private void grow() {
    ids = Arrays.copyOf(ids, count * 2);
    if (starts != null && ends != null && words != null) {
      starts = Arrays.copyOf(starts, count * 2);
      ends = Arrays.copyOf(ends, count * 2);
      words = Arrays.copyOf(words, count * 2);
    }
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

  /** Copies the places of all tokens, without the white space around them. */
  void copyPlacesTo(String text, int[] targetWords, int[] targetStarts, int[] targetEnds, int at) {
    if (starts == null || ends == null || words == null) {
      throw new IllegalStateException("The places were not kept.");
    }
    for (int i = 0; i < count; i++) {
      int start = starts[i];
      int end = ends[i];
      while (start < end && CodePointClass.WHITE_SPACE.has(text.charAt(start))) {
        start++;
      }
      while (end > start && CodePointClass.WHITE_SPACE.has(text.charAt(end - 1))) {
        end--;
      }
      targetWords[at + i] = words[i];
      targetStarts[at + i] = start;
      targetEnds[at + i] = end;
    }
  }
}
