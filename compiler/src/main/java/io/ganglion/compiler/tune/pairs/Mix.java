package io.ganglion.compiler.tune.pairs;

/**
 * What pairs are made of.
 *
 * @param easyShare of pairs that are not matched and may differ in more than one thing, from 0 to 1
 * @param swaps how much likelier than any other change it is that who did it and whom it was done
 *     to change places, where they can; at least 1
 */
public record Mix(double easyShare, int swaps) {
  /** What is judged by: every change is as likely as another, and none of the pairs is easy. */
  public static final Mix PLAIN = new Mix(0, 1);

  /**
   * What a small model learns from: easy pairs first of all, and many of the pairs that it finds
   * hardest, as it has to bring three things together for them.
   */
  public static final Mix TRAINING = new Mix(0.6, 4);

  public Mix {
    if (!(easyShare >= 0 && easyShare <= 1) || swaps < 1) {
      throw new IllegalArgumentException("Not a mix: " + easyShare + ", " + swaps);
    }
  }
}
