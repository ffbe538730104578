package io.ganglion.runtime.text;

/**
 * Which two pieces make a third, in the order in which merging prefers them. One hash table with
 * open addressing. Immutable once filled, then thread-safe.
 */
final class MergeTable {
  static final int NONE = -1;

  private final long[] keys; // 0 is free
  private final int[] ranks;
  private final int[] results; // by rank
  private final int mask;
  private int count;

  MergeTable(int capacity) {
    int size = Integer.highestOneBit(Math.max(8, capacity)) << 2;
    keys = new long[size];
    ranks = new int[size];
    results = new int[capacity];
    mask = size - 1;
  }

  /** Adds the merge of the next rank. Of two equal ones the later counts. */
  void add(int left, int right, int result) {
    long key = key(left, right);
    int slot = slot(key);
    keys[slot] = key;
    ranks[slot] = count;
    results[count++] = result;
  }

  /** The rank of a pair, lower is better, or NONE. */
  int rank(int left, int right) {
    long key = key(left, right);
    int slot = slot(key);
    return keys[slot] == 0 ? NONE : ranks[slot];
  }

  /** What the merge of this rank makes. */
  int result(int rank) {
    return results[rank];
  }

  private static long key(int left, int right) {
    return (((long) left << 32) | right) + 1;
  }

  private int slot(long key) {
    int slot = (int) ((key * 0x9e3779b97f4a7c15L) >>> 32) & mask; // 2^64 / golden ratio
    while (keys[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
