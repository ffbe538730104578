package io.ganglion.core.cpu;

import io.ganglion.runtime.core.TokenBatch;

/**
 * How a batch is cut into groups of whole requests whose tokens run together. Bounds a core's
 * memory and its number of kernels, whatever the batch.
 */
final class TokenGroups {
  /** Tokens run together: beyond this the cost of a token no longer falls. */
  static final int MAX_TOKENS = 1024;

  /** Requests run together, so that those of few tokens need little memory at the head. */
  static final int MAX_REQUESTS = 64;

  private TokenGroups() {}

  /** Most rows of any group, of a model that takes requests of {@code sequenceLength} tokens. */
  static int maxRows(int sequenceLength) {
    return RowBuckets.roundUp(Math.max(MAX_TOKENS, sequenceLength));
  }

  /** The request after the last of the group that starts with {@code first}. */
  static int end(TokenBatch batch, int first) {
    int[] offsets = batch.offsets();
    int start = offsets[first];
    int rest = batch.tokens() - start;
    int groups = (rest + MAX_TOKENS - 1) / MAX_TOKENS;
    int fair = (rest + groups - 1) / groups;
    int end = first + 1;
    while (end < batch.size()
        && end - first < MAX_REQUESTS
        && offsets[end] - start < fair
        && offsets[end + 1] - start <= MAX_TOKENS) {
      end++;
    }
    return end;
  }
}
