package io.ganglion.compiler.model;

import io.ganglion.runtime.model.Gelu;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.WeightSchema;

/**
 * The steps that BERT's forward is made of, as one form of program says them. A form knows its own
 * shapes and weights; the forward names tensors as {@link WeightSchema} does. Where nothing else is
 * said a value is [tokens, columns], the tokens of a whole batch.
 *
 * @param <T> a value: a tensor of a graph, an instruction, numbers
 */
public interface Operations<T> {
  /** What attention reads of a token. */
  enum Part {
    QUERY(0),
    KEY(1),
    VALUE(2);

    private final int third;

    Part(int third) {
      this.third = third;
    }

    /** Which third of the columns of {@link WeightSchema.Dense#QKV} it is. */
    public int third() {
      return third;
    }
  }

  /** Query, key and value of all tokens, not yet split into heads. */
  @FunctionalInterface
  interface Projections<T> {
    /** One of them as [batch, heads, length, head size]. */
    T heads(Part part);
  }

  /** The dense layers of query, key and value; a form may make one product of all three. */
  Projections<T> projections(T x, int layer);

  /** How well each key fits each query, [batch, heads, length, length], scaled. */
  T scores(T query, T key, int layer);

  /** Adds to each score what keeps padding out. */
  T addMask(T scores, T mask);

  /** Over the last axis of scores. */
  T softmax(T scores);

  /** Sums the values by these shares; the heads are side by side again. */
  T context(T shares, T values);

  /** A matrix of an encoder layer, with its bias. */
  T dense(T x, WeightSchema.Dense dense, int layer);

  /** The pooler or a layer of the head, without its activation. */
  T dense(T x, HeadLayer layer);

  T add(T a, T b);

  /** With the gamma and beta of this name. */
  T layerNorm(T x, String name);

  /** An activation, as all below: of what the last dense layer gave. */
  T gelu(T x, Gelu gelu);

  T tanh(T x);

  T relu(T x);

  T sigmoid(T x);
}
