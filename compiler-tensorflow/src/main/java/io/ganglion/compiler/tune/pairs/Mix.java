package io.ganglion.compiler.tune.pairs;

/**
 * The proportions of generated pairs.
 *
 * @param easyShare share of pairs without a matched counterpart, which may differ in more than one
 *     thing; from 0 to 1
 * @param swaps weight of swapping agent and patient, if they can be swapped, relative to any other
 *     change; above 0
 */
public record Mix(double easyShare, double swaps) {
  /** For evaluation: no pair is easy. */
  public static final Mix PLAIN = new Mix(0, 0.5);

  /** For training a small model: some easy pairs, and more of the pairs that it finds hardest. */
  public static final Mix TRAINING = new Mix(0.6, 1);

  public Mix {
    if (!(easyShare >= 0 && easyShare <= 1 && swaps > 0)) {
      throw new IllegalArgumentException("Not a mix: " + easyShare + ", " + swaps);
    }
  }
}
