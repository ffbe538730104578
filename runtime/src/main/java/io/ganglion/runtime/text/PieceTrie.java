package io.ganglion.runtime.text;

import java.util.Arrays;

/**
 * Pieces as a tree of code points, its edges in one hash table with open addressing. Immutable,
 * thread-safe. A word's longest piece is found in one walk.
 */
final class PieceTrie {
  /** No node, no piece. */
  static final int NONE = -1;

  static final int ROOT = 0;

  private static final int CODE_POINT_BITS = 21;

  private long[] keys = new long[1 << 10]; // 0 is free
  private int[] children = new int[1 << 10];
  private int[] ids = new int[1 << 9]; // by node
  private int nodes = 1;

  PieceTrie(Pieces pieces) {
    ids[ROOT] = NONE;
    for (int id = 0; id < pieces.size(); id++) {
      String piece = pieces.get(id);
      if (piece != null && !piece.isEmpty()) {
        int node = insert(piece); // may replace the array of edges
        ids[node] = id;
      }
    }
  }

  /** The id of the piece that ends at {@code node}, or NONE. */
  int id(int node) {
    return ids[node];
  }

  /** The id of a whole piece, or NONE. */
  int idOf(String piece) {
    int node = find(piece);
    return node == NONE ? NONE : ids[node];
  }

  /** The id of the whole piece in these places, or NONE. */
  int idOf(CodePoints text, int from, int to) {
    int node = ROOT;
    for (int i = from; i < to && node != NONE; i++) {
      node = child(node, text.at(i));
    }
    return node == NONE ? NONE : ids[node];
  }

  /** The node that this code point leads to from {@code node}, or NONE. */
  int child(int node, int codePoint) {
    int slot = slot(key(node, codePoint));
    return keys[slot] == 0 ? NONE : children[slot];
  }

  /** The node at the end of this beginning of pieces, or NONE. */
  int find(String piece) {
    int node = ROOT;
    for (int i = 0; i < piece.length() && node != NONE; ) {
      int codePoint = piece.codePointAt(i);
      node = child(node, codePoint);
      i += Character.charCount(codePoint);
    }
    return node;
  }

  private int insert(String piece) {
    int node = ROOT;
    for (int i = 0; i < piece.length(); ) {
      int codePoint = piece.codePointAt(i);
      node = childOrNew(node, codePoint);
      i += Character.charCount(codePoint);
    }
    return node;
  }

  private int childOrNew(int node, int codePoint) {
    long key = key(node, codePoint);
    int slot = slot(key);
    if (keys[slot] == 0) {
      if (nodes * 2 >= keys.length) {
        grow();
        slot = slot(key);
      }
      keys[slot] = key;
      children[slot] = nodes;
      ids[nodes] = NONE;
      nodes++;
    }
    return children[slot];
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldChildren = children;
    keys = new long[oldKeys.length * 2];
    children = new int[keys.length];
    ids = Arrays.copyOf(ids, keys.length / 2);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        children[slot] = oldChildren[i];
      }
    }
  }

  private static long key(int node, int codePoint) {
    return (((long) node << CODE_POINT_BITS) | codePoint) + 1;
  }

  /** Where {@code key} is, or the free place where it would be. */
  private int slot(long key) {
    int mask = keys.length - 1;
    long mixed = key * 0x9e3779b97f4a7c15L; // 2^64 / golden ratio
    int slot = (int) (mixed >>> 32) & mask;
    while (keys[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
