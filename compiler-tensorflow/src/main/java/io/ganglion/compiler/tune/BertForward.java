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
 * BERT with a classifier, as graph operations on given parameters. Batch size and length are not
 * fixed, so a batch is padded only to its longest member. Builds one graph; not thread-safe.
 */
final class BertForward<T extends TNumber> {
  static final double LAYER_NORM_EPSILON = 1e-12;
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

  /** Logits [batch, labels] for ids, mask and segment ids, each [batch, length]. */
  Operand<T> logits(Operand<TInt32> ids, Operand<TInt32> mask, Operand<TInt32> segments) {
    Sizes sizes = new Sizes(ids);
    Operand<T> hidden = embeddings(ids, segments, sizes);
    Operand<T> penalty = penalty(mask, sizes);
    for (int layer = 0; layer < config.layers(); layer++) {
      // The last layer computes only the first tokens: the head reads no others.
      boolean last = layer == config.layers() - 1;
      Operand<T> asking = last ? firstTokens(hidden, sizes) : hidden;
      Rows rows = last ? sizes.first : sizes.all;
      String name = "bert/encoder/layer_" + layer + "/";
      hidden = layer(asking, rows, hidden, penalty, name, sizes);
    }
    Operand<T> pooled = tf.math.tanh(dense(hidden, "bert/pooler/dense"));
    Operand<T> dropped = drop(pooled, sizes.first.flat, config.hiddenDropout());
    return tf.nn.biasAdd(
        tf.linalg.matMul(dropped, parameter(Parameter.HEAD_WEIGHTS), MatMul.transposeB(true)),
        parameter(Parameter.HEAD_BIAS));
  }

  /** The embeddings: word, segment and position rows summed and normalised, [tokens, hidden]. */
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
    Operand<T> normal = layerNorm(tf.reshape(sum, sizes.all.flat), "bert/embeddings/LayerNorm");
    return drop(normal, sizes.all.flat, config.hiddenDropout());
  }

  private Operand<T> firstTokens(Operand<T> hidden, Sizes sizes) {
    Operand<T> first =
        tf.slice(
            tf.reshape(hidden, sizes.tokens),
            tf.constant(new int[] {0, 0, 0}),
            tf.constant(new int[] {-1, 1, -1}));
    return tf.reshape(first, sizes.first.flat);
  }

  /** Added to the scores before the softmax to mask positions, [batch, 1, 1, length]. */
  private Operand<T> penalty(Operand<TInt32> mask, Sizes sizes) {
    Operand<T> kept = tf.dtypes.cast(mask, type);
    Operand<T> lost = tf.math.mul(tf.math.sub(one(), kept), tf.constant(type, MASKED));
    return tf.reshape(lost, sizes.mask);
  }

  /**
   * A layer's output for the tokens {@code asking}.
   *
   * @param rows shapes for {@code asking}
   * @param input all tokens
   */
  private Operand<T> layer(
      Operand<T> asking,
      Rows rows,
      Operand<T> input,
      Operand<T> penalty,
      String name,
      Sizes sizes) {
    Operand<T> context =
        attention(asking, rows, input, penalty, name + "attention/self/", sizes.all);
    Operand<T> attended = addAndNormalize(asking, context, name + "attention/output/", rows);
    Operand<T> intermediate = gelu(dense(attended, name + "intermediate/dense"));
    return addAndNormalize(attended, intermediate, name + "output/", rows);
  }

  private Operand<T> addAndNormalize(
      Operand<T> residual, Operand<T> input, String name, Rows rows) {
    Operand<T> output = drop(dense(input, name + "dense"), rows.flat, config.hiddenDropout());
    return layerNorm(tf.math.add(output, residual), name + "LayerNorm");
  }

  private Operand<T> attention(
      Operand<T> asking, Rows rows, Operand<T> input, Operand<T> penalty, String name, Rows all) {
    Operand<T> query = heads(dense(asking, name + "query"), rows);
    Operand<T> key = heads(dense(input, name + "key"), all);
    Operand<T> value = heads(dense(input, name + "value"), all);
    Operand<T> scores =
        tf.math.mul(
            tf.train.batchMatMul(query, key, type, BatchMatMul.adjY(true)),
            tf.constant(type, 1 / Math.sqrt(config.headSize())));
    Operand<T> weights =
        drop(tf.nn.softmax(tf.math.add(scores, penalty)), rows.scores, config.attentionDropout());
    Operand<T> context = tf.train.batchMatMul(weights, value, type);
    return tf.reshape(swapHeadsAndTokens(context), rows.flat);
  }

  /** [batch * count, hidden] to [batch, heads, count, head size]. */
  private Operand<T> heads(Operand<T> flat, Rows rows) {
    return swapHeadsAndTokens(tf.reshape(flat, rows.heads));
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
    Operand<T> centred = tf.math.sub(input, mean);
    Operand<T> variance = tf.math.mean(tf.math.square(centred), axis, Mean.keepDims(true));
    Operand<T> scale = tf.math.rsqrt(tf.math.add(variance, tf.constant(type, LAYER_NORM_EPSILON)));
    Operand<T> normal = tf.math.mul(centred, scale);
    return tf.math.add(tf.math.mul(normal, parameter(name + "/gamma")), parameter(name + "/beta"));
  }

  private Operand<T> gelu(Operand<T> x) {
    return switch (config.activation()) {
      case GELU_ERF -> erfGelu(x);
      case GELU_TANH -> tanhGelu(x);
      case NONE, TANH, RELU, SIGMOID, SILU, GELU_SIGMOID ->
          throw new IllegalStateException("No model is trained so. This is a bug.");
    };
  }

  private Operand<T> erfGelu(Operand<T> x) {
    Operand<T> erf = tf.math.erf(tf.math.mul(x, tf.constant(type, Math.sqrt(0.5))));
    return tf.math.mul(
        tf.math.mul(x, tf.constant(type, 0.5)), tf.math.add(erf, tf.constant(type, 1)));
  }

  /**
   * The tanh form, with (1 + tanh(z)) / 2 written as sigmoid(2z): it needs fewer passes over
   * memory, which take most of a small model's training time. The cube is written as products,
   * because TensorFlow's power is many times slower.
   */
  private Operand<T> tanhGelu(Operand<T> x) {
    double twice = 2 * Math.sqrt(2 / Math.PI);
    Operand<T> factor =
        tf.math.add(
            tf.math.mul(tf.math.square(x), tf.constant(type, twice * 0.044715)),
            tf.constant(type, twice));
    return tf.math.mul(x, tf.math.sigmoid(tf.math.mul(x, factor)));
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

  /** Shapes of this batch, computed from its ids so that no gradient runs through them. */
  private final class Sizes {
    final Operand<TInt32> length;

    /** [batch, length, hidden]. */
    final Operand<TInt32> tokens;

    /** [batch, 1, 1, length]. */
    final Operand<TInt32> mask;

    /** All tokens of each text. */
    final Rows all;

    /** The first token of each text. */
    final Rows first;

    Sizes(Operand<TInt32> ids) {
      Operand<TInt32> shape = tf.shape(ids);
      Operand<TInt32> batch = tf.gather(shape, tf.constant(0), tf.constant(0));
      Operand<TInt32> one = tf.constant(1);
      length = tf.gather(shape, tf.constant(1), tf.constant(0));
      tokens = tf.stack(List.of(batch, length, tf.constant(config.hiddenSize())));
      mask = tf.stack(List.of(batch, one, one, length));
      all = new Rows(batch, length, length);
      first = new Rows(batch, one, length);
    }
  }

  /** Shapes of the values computed for {@code count} tokens of each text. */
  private final class Rows {
    /** [batch * count, hidden]. */
    final Operand<TInt32> flat;

    /** [batch, count, heads, head size]. */
    final Operand<TInt32> heads;

    /** [batch, heads, count, length]. */
    final Operand<TInt32> scores;

    Rows(Operand<TInt32> batch, Operand<TInt32> count, Operand<TInt32> length) {
      Operand<TInt32> headCount = tf.constant(config.heads());
      flat = tf.stack(List.of(tf.math.mul(batch, count), tf.constant(config.hiddenSize())));
      heads = tf.stack(List.of(batch, count, headCount, tf.constant(config.headSize())));
      scores = tf.stack(List.of(batch, headCount, count, length));
    }
  }
}
