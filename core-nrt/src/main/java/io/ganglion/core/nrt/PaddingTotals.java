package io.ganglion.core.nrt;

import io.ganglion.runtime.core.TokenBatch;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the fixed shapes of the NEFFs cost, counted over all cores of a factory since it began. Any
 * thread may read; the counts of a running batch may be seen in parts.
 */
public final class PaddingTotals {
  private final LongAdder requests = new LongAdder();
  private final LongAdder dummyRows = new LongAdder();
  private final LongAdder tokens = new LongAdder();
  private final LongAdder computedTokens = new LongAdder();

  PaddingTotals() {}

  void count(TokenBatch batch, int rows, int length) {
    requests.add(batch.size());
    dummyRows.add(rows - batch.size());
    tokens.add(batch.tokens());
    computedTokens.add((long) rows * length);
  }

  /** Requests run. */
  public long requests() {
    return requests.sum();
  }

  /** Rows that no request filled; nobody is credited with them. */
  public long dummyRows() {
    return dummyRows.sum();
  }

  /** Tokens of the requests. */
  public long tokens() {
    return tokens.sum();
  }

  /** Tokens computed, padding and dummy rows included. */
  public long computedTokens() {
    return computedTokens.sum();
  }

  /** Share of padding and dummy rows among the tokens computed, 0 to 1. */
  public double ratio() {
    long computed = computedTokens();
    return computed == 0 ? 0 : Math.max(0, 1 - tokens() / (double) computed);
  }
}
