package io.ganglion.compiler.tune.pairs;

/**
 * The part of the generator's names, numbers and sentence forms that a text is made of. The two
 * parts share no invented name, no number above twenty and no sentence form. They share synonyms,
 * because a model cannot guess synonyms that it has never seen.
 */
public enum Split {
  TRAIN,
  HELD_OUT;

  /**
   * Whether {@code key} belongs to this part. One key in four is held out, always the same keys.
   */
  boolean owns(String key) {
    return (this == HELD_OUT) == (Math.floorMod(mix(key.hashCode()), 4) == 0);
  }

  // String.hashCode is specified, but its low bits depend mostly on the last letters.
  private static int mix(int hash) {
    int h = hash * 0x9E3779B9;
    h ^= h >>> 16;
    h *= 0x85EBCA6B;
    return h ^ (h >>> 13);
  }
}
