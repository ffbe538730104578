package io.ganglion.compiler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class WeightTest {
  private static Weight matrix(int rows, int columns, float... values) {
    return Weight.of("m", List.of(rows, columns), values::clone);
  }

  private static Weight vector(float... values) {
    return Weight.of("v", List.of(values.length), values::clone);
  }

  @Test
  void aMatrixIsTurnedAndTurnedBack() throws Exception {
    Weight turned = matrix(2, 3, 1, 2, 3, 4, 5, 6).transposed();
    assertThat(turned.shape()).containsExactly(3, 2);
    assertThat(turned.read()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(turned.transposed().read()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void theSameValuesHaveAnotherShape() throws Exception {
    Weight flat = matrix(2, 3, 1, 2, 3, 4, 5, 6).reshaped(List.of(6));
    assertThat(flat.shape()).containsExactly(6);
    assertThat(flat.read()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(flat.elements()).isEqualTo(6);
    assertThatThrownBy(() -> flat.reshaped(List.of(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be taken as [4]");
  }

  @Test
  void aFactorScalesEveryValueAndOneChangesNothing() throws Exception {
    Weight weight = vector(1, -2);
    assertThat(weight.scaled(0.5f).read()).containsExactly(0.5f, -1);
    assertThat(weight.scaled(1)).isSameAs(weight);
  }

  @Test
  void matricesStandBesideEachOtherRowByRow() throws Exception {
    Weight both = Weight.beside("both", List.of(matrix(2, 1, 1, 2), matrix(2, 2, 3, 4, 5, 6)));
    assertThat(both.name()).isEqualTo("both");
    assertThat(both.shape()).containsExactly(2, 3);
    assertThat(both.read()).containsExactly(1, 3, 4, 2, 5, 6);
  }

  @Test
  void vectorsStandBesideEachOther() throws Exception {
    Weight both = Weight.beside("both", List.of(vector(1), vector(2, 3)));
    assertThat(both.shape()).containsExactly(3);
    assertThat(both.read()).containsExactly(1, 2, 3);
  }

  @Test
  void matricesStandBelowEachOther() throws Exception {
    Weight both = Weight.stacked("both", List.of(matrix(1, 2, 1, 2), matrix(2, 2, 3, 4, 5, 6)));
    assertThat(both.shape()).containsExactly(3, 2);
    assertThat(both.read()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void oneRowStandsForAll() throws Exception {
    Weight repeated = matrix(3, 2, 1, 2, 3, 4, 5, 6).repeatingRow(1);
    assertThat(repeated.read()).containsExactly(3, 4, 3, 4, 3, 4);
    assertThat(repeated.shape()).containsExactly(3, 2);
  }

  @Test
  void zerosAreZeros() throws Exception {
    assertThat(Weight.zeros("z", 3).read()).containsExactly(0, 0, 0);
    assertThat(Weight.zeros("z", 3)).hasToString("z [3]");
  }

  @Test
  void aKernelAndABiasThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> new Dense(matrix(2, 3, new float[6]), vector(1, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("do not fit each other");
    assertThatThrownBy(() -> new Dense(vector(1, 2), vector(1, 2)))
        .hasMessageContaining("do not fit each other");
    Dense dense = new Dense(matrix(2, 3, new float[6]), vector(1, 2, 3));
    assertThat(dense.inputs()).isEqualTo(2);
    assertThat(dense.outputs()).isEqualTo(3);
  }

  @Test
  void aShapeBeyondAnArrayOverflowsLoudly() {
    Weight huge = Weight.of("huge", List.of(1 << 20, 1 << 20), () -> new float[0]);
    assertThatThrownBy(huge::elements).isInstanceOf(ArithmeticException.class);
  }
}
