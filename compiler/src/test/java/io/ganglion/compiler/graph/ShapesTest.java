package io.ganglion.compiler.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What can be told of a tensor's shape without running anything. */
class ShapesTest extends ShapesFixture {
  @Test
  void anInputHasTheShapeThatItDeclaresWithTheBatchForItsOpenRows() {
    TensorRef input = input("input", -1, 8);
    assertThat(Shapes.of(builder.build(), 4).shape(input)).containsExactly(4, 8);
    assertThat(Shapes.of(builder.build(), -1).shape(input)).containsExactly(-1, 8);
    assertThat(Shapes.of(builder.build(), 4).elements(input)).isEqualTo(32);
    assertThat(Shapes.of(builder.build(), -1).elements(input)).isEqualTo(-1);
  }

  @Test
  void rowsThatAreDeclaredStayWhateverTheBatch() {
    TensorRef input = input("input", 2, -1);
    assertThat(Shapes.of(builder.build(), 4).shape(input)).containsExactly(2, -1);
  }

  @Test
  void ofAnInputWithoutAShapeNothingIsKnown() {
    TensorRef input = builder.op("input", "Placeholder", Map.of());
    TensorRef relu = builder.real("relu", "Relu", input);
    Shapes shapes = Shapes.of(builder.build(), 1);
    assertThat(shapes.shape(input)).isNull();
    assertThat(shapes.shape(relu)).isNull();
    assertThat(shapes.elements(relu)).isEqualTo(-1);
  }

  @Test
  void anOperatorUsedInAWayThatItDoesNotAllowHasNoShape() {
    TensorRef x = input("x", 4, 10);
    assertThat(shape(builder.real("a", "Transpose", x, vector(0, 7)))).isNull();
    assertThat(shape(builder.real("b", "MatMul", x, input("v", 4)))).isNull();
    assertThat(shape(builder.real("c", "ExpandDims", x, number(9)))).isNull();
    assertThat(shape(builder.real("d", "Add", x))).isNull();
    assertThat(shape(builder.real("e", "GatherV2", input("scalar"), x, number(0)))).isNull();
    TensorRef none =
        builder.op("f", "Split", Map.of("num_split", new Attribute.Int(0)), number(1), x);
    assertThat(shape(none)).isNull();
  }

  @Test
  void ofAnUnknownOperatorAndWhatReadsItNothingIsKnown() {
    TensorRef strange = builder.real("strange", "NoSuchOp", input("x", 4));
    assertThat(shape(builder.real("y", "Relu", strange))).isNull();
  }

  @Test
  void ofACycleNothingIsKnownAndItEnds() {
    builder.add(new Node("a", "Relu", List.of(TensorRef.of("b")), List.of(), Map.of()));
    builder.add(new Node("b", "Relu", List.of(TensorRef.of("a")), List.of(), Map.of()));
    assertThat(shape(TensorRef.of("a"))).isNull();
    assertThat(shape(TensorRef.of("b"))).isNull();
  }

  @Test
  void aChainOfAHundredThousandNodesNeedsNoStack() {
    TensorRef last = input("x", 3, 5);
    for (int i = 0; i < 100_000; i++) {
      last = builder.real("n" + i, "Relu", last);
    }
    assertThat(shape(last)).containsExactly(3, 5);
  }

  @Test
  void longVectorsOfIntegersAreDataAndNoShapes() {
    assertThat(Shapes.of(single(vector(new long[64])), 1).values(TensorRef.of("c0"))).hasSize(64);
    TensorRef longer = vector(new long[65]);
    assertThat(Shapes.of(builder.build(), 1).values(longer)).isNull();
    assertThat(Shapes.of(builder.build(), 1).shape(longer)).containsExactly(65);
  }

  @Test
  void whatIsGivenIsACopy() {
    TensorRef x = input("x", 3, 5);
    Shapes shapes = Shapes.of(builder.build(), 1);
    Arrays.fill(shapes.shape(x), 99);
    assertThat(shapes.shape(x)).containsExactly(3, 5);
  }
}
