package io.ganglion.engine.batch;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * The cost of a batch on one core, {@code fixed + perToken * tokens}, learned from recent batches
 * by least squares. Thread-safe. Readers may see a slightly older state.
 */
final class CostModel {
  /** The factor by which older batches lose weight with each new one: about 200 batches count. */
  private static final double MEMORY = 0.995;

  // Sums over past batches, each weighted by its age.
  @GuardedBy("this")
  private double weight;

  @GuardedBy("this")
  private double sumTokens;

  @GuardedBy("this")
  private double sumTokens2;

  @GuardedBy("this")
  private double sumNs;

  @GuardedBy("this")
  private double sumTokensNs;

  private volatile double fixedNs;
  private volatile double perTokenNs;
  private volatile long learnedAtNs;

  synchronized void learn(long tokens, long elapsedNs, long nowNs) {
    learnedAtNs = nowNs;
    weight = weight * MEMORY + 1;
    sumTokens = sumTokens * MEMORY + tokens;
    sumTokens2 = sumTokens2 * MEMORY + (double) tokens * tokens;
    sumNs = sumNs * MEMORY + elapsedNs;
    sumTokensNs = sumTokensNs * MEMORY + (double) tokens * elapsedNs;
    fit();
  }

  @GuardedBy("this")
  private void fit() {
    double meanTokens = sumTokens / weight;
    double meanNs = sumNs / weight;
    double variance = sumTokens2 / weight - meanTokens * meanTokens;
    double covariance = sumTokensNs / weight - meanTokens * meanNs;
    double slope = variance > 1e-3 * meanTokens * meanTokens ? covariance / variance : 0;
    double proportional = meanNs / Math.max(1, meanTokens);
    // Batches of equal size do not show the slope, and noise may make either part negative.
    if (slope <= 0 || slope > proportional) {
      slope = proportional;
    }
    perTokenNs = slope;
    fixedNs = Math.max(0, meanNs - slope * meanTokens);
  }

  /** Time for one batch on one core; 0 while nothing is known. */
  long batchNs(long tokens) {
    return (long) (fixedNs + perTokenNs * tokens);
  }

  /** Number of tokens in a batch that takes this long; 0 while nothing is known. */
  long tokensWithin(long ns) {
    return perTokenNs <= 0 ? 0 : (long) Math.max(0, (ns - fixedNs) / perTokenNs);
  }

  /**
   * Like {@link #batchNs}, but halved for each second in which nothing was learned. Otherwise a
   * wrong estimate could make the server refuse everything for ever, because only running batches
   * correct it.
   */
  long trustedBatchNs(long tokens, long nowNs) {
    long staleSeconds = Math.max(0, nowNs - learnedAtNs) / 1_000_000_000L;
    return batchNs(tokens) >> Math.min(62, staleSeconds);
  }

  /** Time until {@code cores} cores have run {@code tokens} in batches of {@code batchTokens}. */
  long drainNs(long tokens, long batchTokens, int cores) {
    if (tokens == 0) {
      return 0;
    }
    double batches = Math.ceil(tokens / (double) Math.max(1, batchTokens));
    return (long) ((batches * fixedNs + perTokenNs * tokens) / Math.max(1, cores));
  }
}
