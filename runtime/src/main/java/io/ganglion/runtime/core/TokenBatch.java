package io.ganglion.runtime.core;

import io.ganglion.runtime.text.TokenSequence;
import java.util.List;

/**
 * A ragged batch: the tokens of all requests one after the other, without padding. Immutable by
 * contract: the arrays are handed out without a copy, and nobody may write to them.
 *
 * <p>Request {@code i} has the tokens {@code offsets[i]} (inclusive) to {@code offsets[i + 1]}
 * (exclusive).
 */
public final class TokenBatch {
  private final int[] inputIds;
  private final int[] segmentIds;
  private final int[] offsets;

  private TokenBatch(int[] inputIds, int[] segmentIds, int[] offsets) {
    this.inputIds = inputIds;
    this.segmentIds = segmentIds;
    this.offsets = offsets;
  }

  /** A batch of these sequences, in order; at least one. */
  public static TokenBatch of(List<TokenSequence> sequences) {
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("A batch needs at least one request.");
    }
    int[] offsets = new int[sequences.size() + 1];
    for (int i = 0; i < sequences.size(); i++) {
      offsets[i + 1] = Math.addExact(offsets[i], sequences.get(i).length());
    }
    int tokens = offsets[sequences.size()];
    int[] inputIds = new int[tokens];
    int[] segmentIds = new int[tokens];
    for (int i = 0; i < sequences.size(); i++) {
      TokenSequence sequence = sequences.get(i);
      System.arraycopy(sequence.inputIds(), 0, inputIds, offsets[i], sequence.length());
      System.arraycopy(sequence.segmentIds(), 0, segmentIds, offsets[i], sequence.length());
    }
    return new TokenBatch(inputIds, segmentIds, offsets);
  }

  /** Number of requests. */
  public int size() {
    return offsets.length - 1;
  }

  /** Number of tokens of all requests together. */
  public int tokens() {
    return inputIds.length;
  }

  /** Number of tokens of request {@code index}. */
  public int length(int index) {
    return offsets[index + 1] - offsets[index];
  }

  /** Vocabulary rows, {@link #tokens()} of them. */
  public int[] inputIds() {
    return inputIds;
  }

  /** Segment ids, {@link #tokens()} of them. */
  public int[] segmentIds() {
    return segmentIds;
  }

  /** Where each request starts, and the end of the last: {@code size() + 1} values. */
  public int[] offsets() {
    return offsets;
  }
}
