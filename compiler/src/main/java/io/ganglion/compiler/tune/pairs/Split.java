package io.ganglion.compiler.tune.pairs;

/**
 * Which half of the generator's world a text comes from. The halves share no invented name, no
 * number above twenty and no sentence form; they share synonyms, which nobody could guess unseen.
 */
public enum Split {
  TRAIN,
  HELD_OUT;

  /**
   * Whether {@code key} belongs to this half: one key in four is held out, always the same ones.
   */
  boolean owns(String key) {
    return (this == HELD_OUT) == (Math.floorMod(mix(key.hashCode()), 4) == 0);
  }

  // String.hashCode is specified, but its low bits follow the last letters.
  private static int mix(int hash) {
    int h = hash * 0x9E3779B9;
    h ^= h >>> 16;
    h *= 0x85EBCA6B;
    return h ^ (h >>> 13);
  }
}
