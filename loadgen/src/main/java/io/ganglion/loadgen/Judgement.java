package io.ganglion.loadgen;

/** How good one answer is. Immutable. */
sealed interface Judgement {
  /** Of an answer whose right one is not known. */
  Judgement NONE = new None();

  /** See {@link #NONE}. */
  record None() implements Judgement {}

  /**
   * Of a ranking.
   *
   * @param reciprocalRank 1 by the place of the first relevant document; 0 if it has none
   * @param ndcg the normalised discounted cumulative gain of the first ten places
   */
  record Ranked(double reciprocalRank, double ndcg) implements Judgement {}

  /**
   * Of two vectors.
   *
   * @param of the texts; asked again, they count once
   * @param score how alike the texts are said to be
   * @param cosine how alike their vectors are
   */
  record Compared(ComparedTexts of, double score, double cosine) implements Judgement {}

  /** Of the entities of a text: how many were found rightly, found, and there. */
  record Tagged(int right, int found, int wanted) implements Judgement {}
}
