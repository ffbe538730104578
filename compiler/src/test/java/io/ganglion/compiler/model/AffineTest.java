package io.ganglion.compiler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folding a scale and a shift into a dense layer changes nothing but where it is done. */
class AffineTest {
  private static final Offset<Double> CLOSE = Offset.offset(1e-4);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void afterADenseLayerItIsInTheLayersOutputs(long seed) throws Exception {
    Random random = new Random(seed);
    Dense dense = dense(random, 5, 3);
    Affine affine = affine(random, 3);
    double[] x = row(random, 5);
    same(seed, apply(affine.after(dense), x), apply(affine, apply(dense, x)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void beforeADenseLayerItIsInTheLayersInputs(long seed) throws Exception {
    Random random = new Random(seed);
    Dense dense = dense(random, 5, 3);
    Affine affine = affine(random, 5);
    double[] x = row(random, 5);
    same(seed, apply(affine.before(dense), x), apply(dense, apply(affine, x)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aloneItIsADenseLayerOfItsOwn(long seed) throws Exception {
    Random random = new Random(seed);
    Affine affine = affine(random, 4);
    double[] x = row(random, 4);
    same(seed, apply(affine.alone(4), x), apply(affine, x));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void oneAfterTheOtherIsOne(long seed) throws Exception {
    Random random = new Random(seed);
    Affine first = affine(random, 4);
    Affine second = affine(random, 4);
    double[] x = row(random, 4);
    same(seed, apply(first.then(second), x), apply(second, apply(first, x)));
  }

  @Test
  void oneScaleForAllColumnsFitsAnyWidth() throws Exception {
    Affine twice = Affine.of("twice", new double[] {2}, new double[] {1});
    assertThat(twice.width()).isEqualTo(1);
    assertThat(twice.fits(1)).isTrue();
    assertThat(twice.fits(768)).isTrue();
    assertThat(apply(twice.alone(3), new double[] {1, 2, 3})).containsExactly(3, 5, 7);
    Affine wide = Affine.of("wide", new double[] {1, 10, 100}, new double[] {0});
    assertThat(twice.then(wide).width()).isEqualTo(3);
    assertThat(apply(twice.then(wide).alone(3), new double[] {0, 0, 1}))
        .containsExactly(1, 10, 300);
  }

  @Test
  void nothingIsChangedByTheIdentity() throws Exception {
    Dense dense = dense(new Random(1), 4, 3);
    Affine identity = Affine.identity("none");
    assertThat(identity.after(dense).kernel().read()).isEqualTo(dense.kernel().read());
    assertThat(identity.before(dense).bias().read()).isEqualTo(dense.bias().read());
    assertThat(identity.name()).isEqualTo("none");
  }

  @Test
  void aWidthThatDoesNotFitIsRefusedByName() {
    Affine three = Affine.of("bn", new double[] {1, 2, 3}, new double[] {0});
    Dense dense = dense(new Random(1), 4, 2);
    assertThat(three.fits(3)).isTrue();
    assertThat(three.fits(2)).isFalse();
    for (Runnable use :
        List.<Runnable>of(
            () -> three.after(dense),
            () -> three.before(dense),
            () -> three.alone(4),
            () -> three.then(Affine.of("other", new double[] {1, 2}, new double[] {0})))) {
      assertThatThrownBy(use::run)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("The batch norm");
    }
  }

  @Test
  void whatItWasMadeOfMayChangeAfter() throws Exception {
    double[] scale = {2};
    Affine affine = Affine.of("a", scale, new double[] {0});
    scale[0] = 9;
    assertThat(apply(affine.alone(1), new double[] {1})).containsExactly(2);
  }

  @Test
  void weightsAreReadWhenTheyAreAskedForAndNotBefore() throws Exception {
    AtomicInteger reads = new AtomicInteger();
    Weight kernel =
        Weight.of(
            "k",
            List.of(2, 2),
            () -> {
              reads.incrementAndGet();
              return new float[4];
            });
    Dense folded = Affine.identity("i").after(new Dense(kernel, Weight.zeros("b", 2)));
    assertThat(reads).hasValue(0);
    folded.kernel().read();
    assertThat(reads).hasValue(1);
    folded.bias().read();
    assertThat(reads).hasValue(1);
  }

  private static void same(long seed, double[] got, double[] expected) {
    assertThat(got).as("seed " + seed).hasSameSizeAs(expected);
    for (int i = 0; i < got.length; i++) {
      assertThat(got[i]).as("seed " + seed + ", column " + i).isCloseTo(expected[i], CLOSE);
    }
  }

  private static double[] apply(Affine affine, double[] x) throws Exception {
    return apply(affine.alone(x.length), x);
  }

  private static double[] apply(Dense dense, double[] x) throws Exception {
    float[] kernel = dense.kernel().read();
    float[] bias = dense.bias().read();
    double[] y = new double[dense.outputs()];
    for (int column = 0; column < y.length; column++) {
      y[column] = bias[column];
      for (int row = 0; row < x.length; row++) {
        y[column] += x[row] * kernel[row * y.length + column];
      }
    }
    return y;
  }

  private static Dense dense(Random random, int inputs, int outputs) {
    float[] kernel = floats(random, inputs * outputs);
    float[] bias = floats(random, outputs);
    return new Dense(
        Weight.of("kernel", List.of(inputs, outputs), kernel::clone),
        Weight.of("bias", List.of(outputs), bias::clone));
  }

  private static Affine affine(Random random, int width) {
    return Affine.of("bn", row(random, width), row(random, width));
  }

  private static double[] row(Random random, int width) {
    return random.doubles(width, -2, 2).toArray();
  }

  private static float[] floats(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
