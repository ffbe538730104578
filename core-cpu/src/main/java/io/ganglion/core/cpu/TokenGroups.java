package io.ganglion.core.cpu;

import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.ModelDimensions;

/**
 * How a batch is cut into groups of whole requests whose tokens run together. Bounds a core's
 * memory and its number of kernels, whatever the batch. Immutable.
 *
 * @param maxTokens most tokens run together, unless one request alone has more
 */
record TokenGroups(int maxTokens) {
  /** Requests run together, so that those of few tokens need little memory at the head. */
  static final int MAX_REQUESTS = 64;

  /** Beyond this the cost of a token no longer falls, however small the model. */
  private static final int MOST_TOKENS = 1024;

  /** Below this reading the weights costs more than a cache that overflows. */
  private static final int LEAST_TOKENS = 320;

  TokenGroups {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("A group needs at least one token, not " + maxTokens);
    }
  }

  /**
   * Groups whose widest activation fits a cache, and a quarter more: up to there a token costs the
   * same, and fewer groups read the weights less often.
   *
   * @param cacheBytes a core's share of its level 2 cache
   */
  static TokenGroups fitting(PackedModel model, long cacheBytes) {
    ModelDimensions d = model.manifest().dimensions();
    long widest =
        (long) model.stream().bytes() * Math.max(3 * d.hiddenSize(), d.intermediateSize());
    long tokens = cacheBytes / widest * 5 / 4;
    return new TokenGroups((int) Math.max(LEAST_TOKENS, Math.min(tokens, MOST_TOKENS)));
  }

  /** Most rows of any group, of a model that takes requests of {@code sequenceLength} tokens. */
  int maxRows(int sequenceLength) {
    return RowCuts.capacity(Math.max(maxTokens, sequenceLength));
  }

  /** The request after the last of the group that starts with {@code first}. */
  int end(TokenBatch batch, int first) {
    int[] offsets = batch.offsets();
    int start = offsets[first];
    int rest = batch.tokens() - start;
    // As many as bring them nearest to what fits, but none above the most.
    int fitting = Math.max(1, maxTokens * 4 / 5);
    int groups = Math.max((rest + maxTokens - 1) / maxTokens, (rest + fitting / 2) / fitting);
    int fair = (rest + groups - 1) / groups;
    int end = first + 1;
    while (end < batch.size()
        && end - first < MAX_REQUESTS
        && offsets[end] - start < fair
        && offsets[end + 1] - start <= maxTokens) {
      end++;
    }
    return end;
  }
}
