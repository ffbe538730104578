package io.ganglion.compiler.tune;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/** The loss of a batch and its gradients, as graph operations. */
final class Losses {
  private Losses() {}

  /** Mean cross-entropy of logits [batch, labels] against labels [batch]. */
  static <T extends TNumber> Operand<T> crossEntropy(
      Ops tf, Operand<T> logits, Operand<TInt32> labels, int labelCount, Class<T> type) {
    Operand<T> truth =
        tf.oneHot(labels, tf.constant(labelCount), tf.constant(type, 1), tf.constant(type, 0));
    Operand<T> likelihood = tf.math.mul(truth, tf.nn.logSoftmax(logits));
    Operand<T> each = tf.math.neg(tf.reduceSum(likelihood, tf.constant(1)));
    return tf.math.mean(each, tf.constant(0));
  }

  /** The loss's derivative by each parameter, in order. */
  static <T extends TNumber> List<Operand<T>> gradients(
      Graph graph, Operand<T> loss, List<Operand<T>> parameters, Class<T> type) {
    Output<?>[] by = parameters.stream().map(Operand::asOutput).toArray(Output<?>[]::new);
    List<Operand<T>> gradients = new ArrayList<>();
    for (Output<?> gradient : graph.addGradients(loss.asOutput(), by)) {
      gradients.add(gradient.expect(type));
    }
    return gradients;
  }
}
