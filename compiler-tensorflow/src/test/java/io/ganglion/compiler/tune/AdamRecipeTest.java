package io.ganglion.compiler.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.compiler.tune.AdamRecipe.Slot;
import io.ganglion.compiler.tune.Parameter.Start;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;

/** Compares one and two steps with numbers calculated by hand from the recipe. */
class AdamRecipeTest {
  private static final double RATE = 0.1;
  // The kernel takes 1 - 0.999 in single precision, which is off by one part in 80,000.
  private static final float TOLERANCE = 1e-5f;

  @Test
  void aStepIsTheRecipesWithDecayForAKernelAndWithoutForABias() {
    // Norm of (0.3, 0.4, 0, 0) is 0.5: nothing is clipped.
    float[] after = run(1, new float[] {0.3f, 0.4f}, new float[] {0, 0});

    // m = 0.1 g, v = 0.001 g^2, so m / (sqrt(v) + 1e-6) is 0.03 / (0.00948683 + 1e-6) and so on.
    assertThat(after[0]).isCloseTo(expected(1.0, 0.03, 0.00009, true), within(TOLERANCE));
    assertThat(after[1]).isCloseTo(expected(-2.0, 0.04, 0.00016, true), within(TOLERANCE));
    assertThat(after[0]).isCloseTo(0.682806f, within(TOLERANCE));
    assertThat(after[1]).isCloseTo(-2.314203f, within(TOLERANCE));
    assertThat(after[2]).as("no gradient, no decay: a bias stays").isEqualTo(0.5f);
  }

  @Test
  void gradientsAreScaledTogetherToANormOfOne() {
    // Norm of (3, 0, 4, 0) is 5: the gradients become (0.6, 0, 0.8, 0).
    float[] after = run(1, new float[] {3, 0}, new float[] {4, 0});

    assertThat(after[0]).isCloseTo(expected(1.0, 0.06, 0.00036, true), within(TOLERANCE));
    assertThat(after[1]).as("decay alone").isCloseTo(-2 + 0.1f * 0.01f * 2, within(TOLERANCE));
    assertThat(after[2]).isCloseTo(expected(0.5, 0.08, 0.00064, false), within(TOLERANCE));
  }

  @Test
  void theRunningMeansAreNotCorrectedForTheirStart() {
    float[] after = run(2, new float[] {0.3f, 0.4f}, new float[] {0, 0});

    double first = expected(1.0, 0.03, 0.00009, true);
    double second = expected(first, 0.9 * 0.03 + 0.03, 0.999 * 0.00009 + 0.00009, true);
    assertThat(after[0]).isCloseTo((float) second, within(TOLERANCE));
  }

  private static float expected(double weight, double mean, double square, boolean decays) {
    double update = mean / (Math.sqrt(square) + 1e-6) + (decays ? 0.01 * weight : 0);
    return (float) (weight - RATE * update);
  }

  /** Steps a kernel that starts as (1, -2) and a bias that starts as (0.5, 0.5); gives both. */
  private static float[] run(int steps, float[] kernelGradient, float[] biasGradient) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      List<Op> initial = new ArrayList<>();
      Slot kernel = slot(tf, "dense/kernel", new float[] {1, -2}, initial);
      Slot bias = slot(tf, "dense/bias", new float[] {0.5f, 0.5f}, initial);
      List<Operand<TFloat32>> gradients =
          List.of(tf.constant(kernelGradient), tf.constant(biasGradient));
      AdamRecipe adam = new AdamRecipe(tf);
      Op step =
          tf.withControlDependencies(
                  adam.apply(
                      List.of(kernel, bias),
                      gradients,
                      adam.globalNorm(gradients, TFloat32.class),
                      tf.constant((float) RATE)))
              .noOp();
      initial.forEach(op -> session.runner().addTarget(op).run().close());
      for (int i = 0; i < steps; i++) {
        session.runner().addTarget(step).run().close();
      }
      return values(tf, session, kernel, bias);
    }
  }

  private static float[] values(Ops tf, Session session, Slot kernel, Slot bias) {
    try (Result result =
        session
            .runner()
            .fetch(tf.readVariableOp(kernel.value(), TFloat32.class))
            .fetch(tf.readVariableOp(bias.value(), TFloat32.class))
            .run()) {
      TFloat32 first = (TFloat32) result.get(0);
      TFloat32 second = (TFloat32) result.get(1);
      return new float[] {
        first.getFloat(0), first.getFloat(1), second.getFloat(0), second.getFloat(1)
      };
    }
  }

  private static Slot slot(Ops tf, String name, float[] value, List<Op> initial) {
    Parameter parameter = new Parameter(name, List.of(value.length), Start.ZEROS);
    return new Slot(
        parameter,
        variable(tf, name, value, initial),
        variable(tf, name + "/adam_m", new float[value.length], initial),
        variable(tf, name + "/adam_v", new float[value.length], initial));
  }

  private static VarHandleOp variable(Ops tf, String name, float[] value, List<Op> initial) {
    VarHandleOp handle =
        tf.varHandleOp(TFloat32.class, Shape.of(value.length), VarHandleOp.sharedName(name));
    initial.add(tf.assignVariableOp(handle, tf.constant(value)));
    return handle;
  }
}
