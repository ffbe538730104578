package io.ganglion.compiler.tune.pairs;

/**
 * What pairs are made of.
 *
 * @param easyShare of pairs that are not matched and may differ in more than one thing, from 0 to 1
 * @param swaps how likely it is that who did it and whom it was done to change places, where they
 *     can, against any other change; above 0
 */
public record Mix(double easyShare, double swaps) {
  /** What is judged by: none of the pairs is easy. */
  public static final Mix PLAIN = new Mix(0, 0.5);

  /**
   * What a small model learns from: easy pairs first of all, and more of those it finds hardest.
   */
  public static final Mix TRAINING = new Mix(0.6, 1);

  public Mix {
    if (!(easyShare >= 0 && easyShare <= 1 && swaps > 0)) {
      throw new IllegalArgumentException("Not a mix: " + easyShare + ", " + swaps);
    }
  }
}
