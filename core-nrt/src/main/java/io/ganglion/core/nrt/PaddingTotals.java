package io.ganglion.core.nrt;

import io.ganglion.runtime.core.TokenBatch;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the padding that the NEFFs' fixed shapes cost, over all cores of a factory since it was
 * created. Any thread may read. The counts are not read together: some may include a batch that
 * others do not.
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

  /** Number of requests run. */
  public long requests() {
    return requests.sum();
  }

  /** Number of rows without a request. */
  public long dummyRows() {
    return dummyRows.sum();
  }

  /** Number of the requests' tokens. */
  public long tokens() {
    return tokens.sum();
  }

  /** Number of tokens computed, including padding and dummy rows. */
  public long computedTokens() {
    return computedTokens.sum();
  }

  /** Share of padding and dummy rows in the computed tokens, 0 to 1. */
  public double ratio() {
    long computed = computedTokens();
    return computed == 0 ? 0 : Math.max(0, 1 - tokens() / (double) computed);
  }
}
