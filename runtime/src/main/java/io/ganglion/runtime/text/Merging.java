package io.ganglion.runtime.text;

import java.util.Arrays;

/**
 * Merges the symbols of one word, the pair of the lowest rank first and of equal ones the leftmost.
 * Used for one word; not thread-safe.
 */
final class Merging {
  /** Up to this length, looking at all pairs is faster than a heap. */
  private static final int SHORT = 32;

  private static final int NONE = MergeTable.NONE;

  private final MergeTable merges;
  private final int[] symbols;
  private final int[] widths; // code points of each symbol; 0 for one that was merged away
  private int length;

  Merging(MergeTable merges, int capacity) {
    this.merges = merges;
    symbols = new int[capacity];
    widths = new int[capacity];
  }

  void add(int symbol, int width) {
    symbols[length] = symbol;
    widths[length++] = width;
  }

  int length() {
    return length;
  }

  int symbol(int index) {
    return symbols[index];
  }

  int width(int index) {
    return widths[index];
  }

  void merge() {
    if (length <= SHORT) {
      mergeShort();
    } else {
      mergeLong();
    }
  }

  private int rank(int index) {
    return merges.rank(symbols[index], symbols[index + 1]);
  }

  private void mergeShort() {
    int[] ranks = new int[length];
    for (int i = 0; i + 1 < length; i++) {
      ranks[i] = rank(i);
    }
    while (true) {
      int best = NONE;
      for (int i = 0; i + 1 < length; i++) {
        if (ranks[i] != NONE && (best == NONE || ranks[i] < ranks[best])) {
          best = i;
        }
      }
      if (best == NONE) {
        return;
      }
      symbols[best] = merges.result(ranks[best]);
      widths[best] += widths[best + 1];
      length--;
      System.arraycopy(symbols, best + 2, symbols, best + 1, length - best - 1);
      System.arraycopy(widths, best + 2, widths, best + 1, length - best - 1);
      System.arraycopy(ranks, best + 1, ranks, best, length - best);
      if (best + 1 < length) {
        ranks[best] = rank(best);
      }
      if (best > 0) {
        ranks[best - 1] = rank(best - 1);
      }
    }
  }

  /** The same with a heap of pairs and links between what is left: n log n for any word. */
  private void mergeLong() {
    int[] previous = new int[length];
    int[] next = new int[length];
    LongHeap heap = new LongHeap(length);
    for (int i = 0; i < length; i++) {
      previous[i] = i - 1;
      next[i] = i + 1 < length ? i + 1 : NONE;
      push(heap, i, next[i]);
    }
    while (!heap.isEmpty()) {
      long best = heap.pop();
      int left = (int) best;
      int rank = (int) (best >>> 32);
      int right = next[left];
      if (widths[left] == 0
          || right == NONE
          || merges.rank(symbols[left], symbols[right]) != rank) {
        continue; // one of the two has been merged meanwhile
      }
      symbols[left] = merges.result(rank);
      widths[left] += widths[right];
      widths[right] = 0;
      next[left] = next[right];
      if (next[right] != NONE) {
        previous[next[right]] = left;
      }
      push(heap, left, next[left]);
      if (previous[left] != NONE) {
        push(heap, previous[left], left);
      }
    }
    compact();
  }

  private void push(LongHeap heap, int left, int right) {
    int rank = right == NONE ? NONE : merges.rank(symbols[left], symbols[right]);
    if (rank != NONE) {
      heap.push((long) rank << 32 | left);
    }
  }

  private void compact() {
    int kept = 0;
    for (int i = 0; i < length; i++) {
      if (widths[i] != 0) {
        symbols[kept] = symbols[i];
        widths[kept++] = widths[i];
      }
    }
    length = kept;
  }

  /** The smallest of many numbers first. */
  private static final class LongHeap {
    private long[] values;
    private int size;

    LongHeap(int capacity) {
      values = new long[capacity + 1];
    }

    boolean isEmpty() {
      return size == 0;
    }

    void push(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      int at = size++;
      while (at > 0) {
        int parent = (at - 1) >>> 1;
        if (values[parent] <= value) {
          break;
        }
        values[at] = values[parent];
        at = parent;
      }
      values[at] = value;
    }

    long pop() {
      long top = values[0];
      long last = values[--size];
      int at = 0;
      for (int child = 1; child < size; child = 2 * at + 1) {
        if (child + 1 < size && values[child + 1] < values[child]) {
          child++;
        }
        if (last <= values[child]) {
          break;
        }
        values[at] = values[child];
        at = child;
      }
      values[at] = last;
      return top;
    }
  }
}
