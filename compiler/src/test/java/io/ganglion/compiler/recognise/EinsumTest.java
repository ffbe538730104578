package io.ganglion.compiler.recognise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.model.Weight;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which equations are dense layers, and which only look like them. */
class EinsumTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "abc,cd->abd      | c  | d",
        "abc,cde->abde    | c  | de",
        "abcd,cde->abe    | cd | e",
        "...x,xy->...y    | x  | y",
        "BFD,DNH->BFNH    | D  | NH",
        "b f d , d h->bfh | d  | h",
        "ab,b->a          | b  | ''"
      })
  void sumsOverTheWeightsFirstAxesAreDense(String equation, String summed, String free) {
    Einsum einsum = Einsum.of(node(equation), true);
    assertThat(einsum).isNotNull();
    assertThat(einsum.summed()).isEqualTo(summed);
    assertThat(einsum.free()).isEqualTo(free);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abc,dc->abd", // the weight is turned
        "abc,cd->adb", // the result is turned
        "acb,cd->abd", // what is summed over is not last in the activation
        "abc,bcd->abd", // a label of the weight is in the result and in the activation
        "abc,cde->abd", // a label of the weight is nowhere else
        "abc,cde->abed", // two axes of the result change places
        "abcd,dce->abe" // two axes of the sum change places
      })
  void otherSumsAreNotDense(String equation) {
    assertThat(Einsum.of(node(equation), true)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc->abc", "a,b,c->abc", "ab,bc", "ab,b1->a1", "->", "ab;bc->ac"})
  void whatIsNoEquationOfTwoOperandsIsNoEinsum(String equation) {
    assertThat(Einsum.labels(node(equation))).isNull();
    assertThat(Einsum.of(node(equation), true)).isNull();
  }

  @Test
  void theWeightMayComeFirst() {
    assertThat(Einsum.of(node("cd,abc->abd"), false)).isNotNull();
    assertThat(Einsum.of(node("cd,abc->abd"), true)).isNull();
    assertThat(Einsum.of(node("abc,cd->abd"), false)).isNull();
  }

  @Test
  void aNodeWithoutAnEquationIsNone() {
    Node node = new Node("e", "Einsum", List.of(), List.of(), Map.of());
    assertThat(Einsum.of(node, true)).isNull();
  }

  @Test
  void theWeightBecomesAMatrixAndTellsTheHeads() {
    Weight kernel = Weight.zeros("k", 6 * 2 * 3).reshaped(List.of(6, 2, 3));
    Einsum split = Einsum.of(node("abc,cde->abde"), true);
    assertThat(split.matrix(kernel).shape()).containsExactly(6, 6);
    assertThat(split.heads(kernel)).isEqualTo(2);

    Weight merging = Weight.zeros("m", 2 * 3 * 6).reshaped(List.of(2, 3, 6));
    Einsum merged = Einsum.of(node("abcd,cde->abe"), true);
    assertThat(merged.matrix(merging).shape()).containsExactly(6, 6);
    assertThat(merged.heads(merging)).isZero();
  }

  @Test
  void aWeightWithFewerAxesThanTheEquationIsRefused() {
    Einsum einsum = Einsum.of(node("abcd,cde->abe"), true);
    assertThatThrownBy(() -> einsum.matrix(Weight.zeros("v", 5)))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.5, 0.5204998778130465",
    "1, 0.8427007929497149",
    "2, 0.9953222650189527",
    "3, 0.9999779095030014",
    "4.5, 0.9999999998033839",
    "6, 1"
  })
  void theErrorFunctionIsThatOfTheTables(double x, double erf) {
    // Values of Abramowitz and Stegun, table 7.1, with more digits.
    assertThat(Erf.erf(x)).isCloseTo(erf, Offset.offset(1e-9));
    assertThat(Erf.erf(-x)).isEqualTo(-Erf.erf(x));
  }

  @Test
  void theErrorFunctionNeverFalls() {
    for (double x = -4; x < 4; x += 1e-2) {
      assertThat(Erf.erf(x + 1e-2)).as("at " + x).isGreaterThan(Erf.erf(x) - 1e-9);
    }
  }

  private static Node node(String equation) {
    return new Node(
        "e", "Einsum", List.of(), List.of(), Map.of("equation", new Attribute.Text(equation)));
  }
}
