package io.ganglion.compiler.tune;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;

/**
 * Drops elements at random. The draw depends only on the step's seed and the position in the graph,
 * so a step can be repeated with the same result. Builds one graph; not thread-safe.
 */
final class Dropout {
  private final Ops tf;
  private final Operand<TInt64> seed;
  private long site;

  /**
   * @param seed int64 [2], different in each step
   */
  Dropout(Ops tf, Operand<TInt64> seed) {
    this.tf = tf;
    this.seed = seed;
  }

  /**
   * {@code values} with a share of {@code rate} set to zero and the rest scaled up accordingly.
   *
   * @param shape shape of {@code values}; must not depend on a parameter
   */
  <T extends TNumber> Operand<T> apply(
      Operand<T> values, Operand<TInt32> shape, double rate, Class<T> type) {
    site++;
    if (rate == 0) {
      return values;
    }
    Operand<TInt64> own = tf.math.add(seed, tf.constant(new long[] {site, 0}));
    Operand<T> uniform = tf.random.statelessRandomUniform(shape, own, type);
    Operand<T> kept = tf.dtypes.cast(tf.math.greaterEqual(uniform, tf.constant(type, rate)), type);
    return tf.math.mul(values, tf.math.mul(kept, tf.constant(type, 1 / (1 - rate))));
  }
}
