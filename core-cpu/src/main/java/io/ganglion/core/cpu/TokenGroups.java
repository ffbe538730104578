package io.ganglion.core.cpu;

import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.ModelDimensions;

/**
 * Cuts a batch into groups of whole requests whose tokens run together. This bounds a core's memory
 * and its number of kernels for any batch. Immutable.
 *
 * @param maxTokens most tokens in a group, unless a single request has more
 */
record TokenGroups(int maxTokens) {
  /** Most requests in a group. It bounds the memory that the head needs for many short requests. */
  static final int MAX_REQUESTS = 64;

  /** Most tokens in a group. With more, a token costs no less in any model. */
  private static final int MOST_TOKENS = 1024;

  /**
   * Fewest tokens in a group. With fewer, reading the weights costs more than exceeding the cache.
   */
  private static final int LEAST_TOKENS = 320;

  TokenGroups {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("A group needs at least one token, not " + maxTokens);
    }
  }

  /**
   * Groups whose widest activation is three eighths larger than a cache. Up to this size a token
   * costs less and less, because fewer groups read the weights less often.
   *
   * @param cacheBytes a core's share of its level 2 cache
   */
  static TokenGroups fitting(PackedModel model, long cacheBytes) {
    ModelDimensions d = model.manifest().dimensions();
    long widest =
        (long) model.valueType().bytes() * Math.max(3 * d.hiddenSize(), d.intermediateSize());
    long tokens = cacheBytes / widest * 11 / 8;
    return new TokenGroups((int) Math.max(LEAST_TOKENS, Math.min(tokens, MOST_TOKENS)));
  }

  /** The most rows of a group, for a model with requests of up to {@code sequenceLength} tokens. */
  int maxRows(int sequenceLength) {
    return RowCuts.capacity(Math.max(maxTokens, sequenceLength));
  }

  /** The request after the group that starts with {@code first}. */
  int end(TokenBatch batch, int first) {
    int[] offsets = batch.offsets();
    int start = offsets[first];
    int rest = batch.tokens() - start;
    int groups = (rest + maxTokens - 1) / maxTokens;
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
