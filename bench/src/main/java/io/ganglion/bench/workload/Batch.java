package io.ganglion.bench.workload;

import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.text.TokenSequence;
import java.util.List;

/**
 * Pairs that run together. Immutable.
 *
 * @param pairs their numbers in the workload
 * @param sequences their tokens, in the same order
 * @param tokens the same, laid end to end
 */
public record Batch(List<Integer> pairs, List<TokenSequence> sequences, TokenBatch tokens) {
  public Batch {
    pairs = List.copyOf(pairs);
    sequences = List.copyOf(sequences);
  }

  /** Number of pairs. */
  public int size() {
    return pairs.size();
  }

  /** Tokens of the longest pair. */
  public int longest() {
    int longest = 0;
    for (TokenSequence sequence : sequences) {
      longest = Math.max(longest, sequence.length());
    }
    return longest;
  }
}
