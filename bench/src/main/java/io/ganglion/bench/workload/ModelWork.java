package io.ganglion.bench.workload;

import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.text.TokenSequence;

/**
 * What an encoder has to compute, in operations: two for each multiply-add of its products. What a
 * system computes beyond that, as for padding, is its own loss.
 *
 * @param dimensions of the encoder
 */
public record ModelWork(ModelDimensions dimensions) {
  /** Operations of the four matrices of one layer, for one token. */
  public double matricesOfTokenAndLayer() {
    return beforeAttention() + afterAttention();
  }

  /** Operations of all matrices, for {@code requests} texts with {@code tokens} tokens in all. */
  public double matrices(int tokens, int requests) {
    double whole = (double) tokens * dimensions.layers() * matricesOfTokenAndLayer();
    // The answer is the first token's: nothing reads what the last attention gave the others.
    return whole - (double) (tokens - requests) * afterAttention();
  }

  /** Operations for one text: the matrices and the products of attention. */
  public double text(int tokens) {
    double attention = 4.0 * tokens * tokens * dimensions.hiddenSize() * dimensions.layers();
    return matrices(tokens, 1) + attention;
  }

  /** Mean operations for a text. */
  public double meanText(Workload workload) {
    return workload.sequences().stream()
        .mapToInt(TokenSequence::length)
        .mapToDouble(this::text)
        .average()
        .orElseThrow();
  }

  private double beforeAttention() {
    return 2.0 * dimensions.hiddenSize() * 3 * dimensions.hiddenSize();
  }

  private double afterAttention() {
    double hidden = dimensions.hiddenSize();
    return 2 * hidden * hidden + 2 * 2 * hidden * dimensions.intermediateSize();
  }
}
