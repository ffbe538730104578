package io.ganglion.compiler.model;

import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.WeightSchema;

/**
 * The steps of BERT's forward pass. Each form of program (a graph, an HLO module, plain numbers)
 * implements them and knows its own shapes and weights. The forward names tensors as {@link
 * WeightSchema} does. Unless stated otherwise, a value is [tokens, columns], with the tokens of a
 * whole batch.
 *
 * @param <T> a value: a tensor of a graph, an instruction, numbers
 */
public interface Operations<T> {
  /** The three projections that attention reads. */
  enum Part {
    QUERY(0),
    KEY(1),
    VALUE(2);

    private final int third;

    Part(int third) {
      this.third = third;
    }

    /** Its third of the columns of {@link WeightSchema.Dense#QKV}, from 0. */
    public int third() {
      return third;
    }
  }

  /** Query, key and value of all tokens, not yet split into heads. */
  @FunctionalInterface
  interface Projections<T> {
    /** One projection as [batch, heads, length, head size]. */
    T heads(Part part);
  }

  /**
   * The dense layers of query, key and value. An implementation may compute all three in one
   * product.
   */
  Projections<T> projections(T x, int layer);

  /** The scaled products of queries and keys, [batch, heads, length, length]. */
  T scores(T query, T key, int layer);

  /** Adds the bias that masks padding. */
  T addMask(T scores, T mask);

  /** The softmax over the last axis of the scores. */
  T softmax(T scores);

  /** The values summed by these shares, with the heads side by side again. */
  T context(T shares, T values);

  /** A dense layer of an encoder layer. */
  T dense(T x, WeightSchema.Dense dense, int layer);

  /** A layer of the head, without its activation. */
  T dense(T x, HeadLayer layer);

  T add(T a, T b);

  /** The layer norm with the gamma and beta of this name. */
  T layerNorm(T x, String name);

  /** An activation of the result of the last dense layer. */
  T activate(T x, Activation activation);
}
