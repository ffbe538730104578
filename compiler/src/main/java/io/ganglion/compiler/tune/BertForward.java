package io.ganglion.compiler.tune;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.op.math.Mean;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * BERT with a classifier, as graph operations on given parameters. Batch and length are free, so a
 * batch is padded to its own longest member only. Builds one graph; not thread-safe.
 */
final class BertForward<T extends TNumber> {
  private static final double LAYER_NORM_EPSILON = 1e-12;
  private static final double MASKED = -10000;

  private final Ops tf;
  private final Class<T> type;
  private final BertConfig config;
  private final Map<String, Operand<T>> parameters;
  private final @Nullable Dropout dropout;

  /**
   * @param type TFloat32, or TFloat64 to check gradients
   * @param dropout null outside training
   */
  BertForward(
      Ops tf,
      Class<T> type,
      BertConfig config,
      Map<String, Operand<T>> parameters,
      @Nullable Dropout dropout) {
    this.tf = tf;
    this.type = type;
    this.config = config;
    this.parameters = parameters;
    this.dropout = dropout;
  }

  /** Logits [batch, labels] of ids, mask and segment ids, each [batch, length]. */
  Operand<T> logits(Operand<TInt32> ids, Operand<TInt32> mask, Operand<TInt32> segments) {
    Sizes sizes = new Sizes(ids);
    Operand<T> hidden = embeddings(ids, segments, sizes);
    Operand<T> penalty = penalty(mask, sizes);
    for (int layer = 0; layer < config.layers(); layer++) {
      hidden = layer(hidden, penalty, "bert/encoder/layer_" + layer + "/", sizes);
    }
    Operand<T> first =
        tf.reshape(
            tf.slice(
                tf.reshape(hidden, sizes.tokens),
                tf.constant(new int[] {0, 0, 0}),
                tf.constant(new int[] {-1, 1, -1})),
            sizes.pooled);
    Operand<T> pooled = tf.math.tanh(dense(first, "bert/pooler/dense"));
    Operand<T> dropped = drop(pooled, sizes.pooled, config.hiddenDropout());
    return tf.nn.biasAdd(
        tf.linalg.matMul(dropped, parameter(Parameter.HEAD_WEIGHTS), MatMul.transposeB(true)),
        parameter(Parameter.HEAD_BIAS));
  }

  /** Sum of word, segment and position rows, [tokens, hidden]. */
  private Operand<T> embeddings(Operand<TInt32> ids, Operand<TInt32> segments, Sizes sizes) {
    Operand<TInt32> axis = tf.constant(0);
    Operand<T> words = tf.gather(parameter("bert/embeddings/word_embeddings"), ids, axis);
    Operand<T> kinds =
        tf.gather(parameter("bert/embeddings/token_type_embeddings"), segments, axis);
    Operand<T> positions =
        tf.gather(
            parameter("bert/embeddings/position_embeddings"),
            tf.range(tf.constant(0), sizes.length, tf.constant(1)),
            axis);
    Operand<T> sum = tf.math.add(tf.math.add(words, kinds), positions);
    Operand<T> normal = layerNorm(tf.reshape(sum, sizes.flat), "bert/embeddings/LayerNorm");
    return drop(normal, sizes.flat, config.hiddenDropout());
  }

  /** What masked positions lose before the softmax, [batch, 1, 1, length]. */
  private Operand<T> penalty(Operand<TInt32> mask, Sizes sizes) {
    Operand<T> kept = tf.dtypes.cast(mask, type);
    Operand<T> lost = tf.math.mul(tf.math.sub(one(), kept), tf.constant(type, MASKED));
    return tf.reshape(lost, sizes.mask);
  }

  private Operand<T> layer(Operand<T> input, Operand<T> penalty, String name, Sizes sizes) {
    Operand<T> context = attention(input, penalty, name + "attention/self/", sizes);
    Operand<T> attended = addAndNormalize(input, context, name + "attention/output/", sizes);
    Operand<T> intermediate = gelu(dense(attended, name + "intermediate/dense"));
    return addAndNormalize(attended, intermediate, name + "output/", sizes);
  }

  private Operand<T> addAndNormalize(
      Operand<T> residual, Operand<T> input, String name, Sizes sizes) {
    Operand<T> output = drop(dense(input, name + "dense"), sizes.flat, config.hiddenDropout());
    return layerNorm(tf.math.add(output, residual), name + "LayerNorm");
  }

  private Operand<T> attention(Operand<T> input, Operand<T> penalty, String name, Sizes sizes) {
    Operand<T> query = heads(dense(input, name + "query"), sizes);
    Operand<T> key = heads(dense(input, name + "key"), sizes);
    Operand<T> value = heads(dense(input, name + "value"), sizes);
    Operand<T> scores =
        tf.math.mul(
            tf.train.batchMatMul(query, key, type, BatchMatMul.adjY(true)),
            tf.constant(type, 1 / Math.sqrt(config.headSize())));
    Operand<T> weights =
        drop(tf.nn.softmax(tf.math.add(scores, penalty)), sizes.scores, config.attentionDropout());
    Operand<T> context = tf.train.batchMatMul(weights, value, type);
    return tf.reshape(swapHeadsAndTokens(context), sizes.flat);
  }

  /** [tokens, hidden] to [batch, heads, length, head size]. */
  private Operand<T> heads(Operand<T> flat, Sizes sizes) {
    return swapHeadsAndTokens(tf.reshape(flat, sizes.heads));
  }

  private Operand<T> swapHeadsAndTokens(Operand<T> values) {
    return tf.linalg.transpose(values, tf.constant(new int[] {0, 2, 1, 3}));
  }

  private Operand<T> dense(Operand<T> input, String name) {
    return tf.nn.biasAdd(
        tf.linalg.matMul(input, parameter(name + "/kernel")), parameter(name + "/bias"));
  }

  private Operand<T> layerNorm(Operand<T> input, String name) {
    Operand<TInt32> axis = tf.constant(new int[] {1});
    Operand<T> mean = tf.math.mean(input, axis, Mean.keepDims(true));
    Operand<T> variance =
        tf.math.mean(tf.math.squaredDifference(input, mean), axis, Mean.keepDims(true));
    Operand<T> scale = tf.math.rsqrt(tf.math.add(variance, tf.constant(type, LAYER_NORM_EPSILON)));
    Operand<T> normal = tf.math.mul(tf.math.sub(input, mean), scale);
    return tf.math.add(tf.math.mul(normal, parameter(name + "/gamma")), parameter(name + "/beta"));
  }

  /** The tanh form. The cube is two products: TensorFlow's power is many times slower. */
  private Operand<T> gelu(Operand<T> x) {
    Operand<T> cube = tf.math.mul(tf.math.mul(x, x), x);
    Operand<T> inner = tf.math.add(x, tf.math.mul(cube, tf.constant(type, 0.044715)));
    Operand<T> tanh = tf.math.tanh(tf.math.mul(inner, tf.constant(type, Math.sqrt(2 / Math.PI))));
    return tf.math.mul(tf.math.mul(x, tf.constant(type, 0.5)), tf.math.add(tanh, one()));
  }

  private Operand<T> drop(Operand<T> values, Operand<TInt32> shape, double rate) {
    return dropout == null ? values : dropout.apply(values, shape, rate, type);
  }

  private Operand<T> one() {
    return tf.constant(type, 1);
  }

  private Operand<T> parameter(String name) {
    Operand<T> value = parameters.get(name);
    if (value == null) {
      throw new IllegalStateException("No parameter " + name + ". This is a bug.");
    }
    return value;
  }

  /** Shapes of this batch, worked out from its ids so that no gradient runs through them. */
  private final class Sizes {
    final Operand<TInt32> length;

    /** [batch, length, hidden]. */
    final Operand<TInt32> tokens;

    /** [batch * length, hidden]. */
    final Operand<TInt32> flat;

    /** [batch, hidden]. */
    final Operand<TInt32> pooled;

    /** [batch, length, heads, head size]. */
    final Operand<TInt32> heads;

    /** [batch, heads, length, length]. */
    final Operand<TInt32> scores;

    /** [batch, 1, 1, length]. */
    final Operand<TInt32> mask;

    Sizes(Operand<TInt32> ids) {
      Operand<TInt32> shape = tf.shape(ids);
      Operand<TInt32> batch = tf.gather(shape, tf.constant(0), tf.constant(0));
      Operand<TInt32> one = tf.constant(1);
      Operand<TInt32> hidden = tf.constant(config.hiddenSize());
      Operand<TInt32> headCount = tf.constant(config.heads());
      length = tf.gather(shape, tf.constant(1), tf.constant(0));
      tokens = tf.stack(List.of(batch, length, hidden));
      flat = tf.stack(List.of(tf.math.mul(batch, length), hidden));
      pooled = tf.stack(List.of(batch, hidden));
      heads = tf.stack(List.of(batch, length, headCount, tf.constant(config.headSize())));
      scores = tf.stack(List.of(batch, headCount, length, length));
      mask = tf.stack(List.of(batch, one, one, length));
    }
  }
}
