package io.ganglion.compiler.tune;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.op.math.Mul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/**
 * BERT's optimiser as graph operations: Adam without bias correction, with weight decay separate
 * from the gradient, and gradients clipped to a global norm.
 */
final class AdamRecipe {
  static final double CLIP_NORM = 1.0;
  static final double WEIGHT_DECAY = 0.01;
  static final double BETA_1 = 0.9;
  static final double BETA_2 = 0.999;
  static final double EPSILON = 1e-6;

  /** A parameter and its two running means. */
  record Slot(Parameter parameter, VarHandleOp value, VarHandleOp mean, VarHandleOp square) {}

  private final Ops tf;

  AdamRecipe(Ops tf) {
    this.tf = tf;
  }

  /** Norm of all gradients together, before clipping. */
  <T extends TNumber> Operand<T> globalNorm(List<Operand<T>> gradients, Class<T> type) {
    List<Operand<T>> halves = new ArrayList<>();
    gradients.forEach(gradient -> halves.add(tf.nn.l2Loss(gradient)));
    return tf.math.sqrt(tf.math.mul(tf.math.addN(halves), tf.constant(type, 2)));
  }

  /** One step for all slots: {@code gradients.get(i)} belongs to {@code slots.get(i)}. */
  List<Op> apply(
      List<Slot> slots,
      List<Operand<TFloat32>> gradients,
      Operand<TFloat32> norm,
      Operand<TFloat32> learningRate) {
    Operand<TFloat32> limit = tf.constant((float) CLIP_NORM);
    Operand<TFloat32> scale = tf.math.div(limit, tf.math.maximum(norm, limit));
    List<Op> steps = new ArrayList<>();
    for (int i = 0; i < slots.size(); i++) {
      Mul<TFloat32> clipped = tf.math.mul(gradients.get(i), scale);
      // The norm needs every gradient: once it is computed, all weights have been read.
      steps.add(step(tf.withControlDependencies(clipped), slots.get(i), clipped, learningRate));
    }
    return steps;
  }

  private static Op step(
      Ops tf, Slot slot, Operand<TFloat32> gradient, Operand<TFloat32> learningRate) {
    Ops decayed = slot.parameter().decays() ? decay(tf, slot, learningRate) : tf;
    // TensorFlow's kernel corrects the bias by powers of the betas. Zeros switch this off.
    Operand<TFloat32> zero = tf.constant(0f);
    return decayed.train.resourceApplyAdam(
        slot.value(),
        slot.mean(),
        slot.square(),
        zero,
        zero,
        learningRate,
        tf.constant((float) BETA_1),
        tf.constant((float) BETA_2),
        tf.constant((float) EPSILON),
        gradient);
  }

  /** Subtracts {@code rate * decay * w} from the weight. Later operations wait for it. */
  private static Ops decay(Ops tf, Slot slot, Operand<TFloat32> learningRate) {
    Operand<TFloat32> weight = tf.readVariableOp(slot.value(), TFloat32.class);
    Operand<TFloat32> share = tf.math.mul(learningRate, tf.constant((float) WEIGHT_DECAY));
    return tf.withControlDependencies(
        tf.assignSubVariableOp(slot.value(), tf.math.mul(weight, share)));
  }
}
