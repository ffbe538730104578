package io.ganglion.compiler.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each operator's rule. */
class ShapeRulesTest extends ShapesFixture {
  @ParameterizedTest
  @CsvSource({
    "Tanh",
    "Erf",
    "Sigmoid",
    "Relu",
    "Rsqrt",
    "Sqrt",
    "Square",
    "Exp",
    "Neg",
    "Floor",
    "Softmax",
    "LogSoftmax",
    "CheckNumerics",
    "Identity",
    "Snapshot",
    "StopGradient",
    "PreventGradient",
    "Cast"
  })
  void whatWorksElementByElementKeepsTheShape(String op) {
    assertThat(shape(builder.real("y", op, input("x", 3, 5)))).containsExactly(3, 5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3 5   | 3 5   | 3 5",
        "3 5   | 5     | 3 5",
        "5     | 3 5   | 3 5",
        "3 1   | 1 5   | 3 5",
        "2 1 5 | 4 1   | 2 4 5",
        "-1 5  | 5     | -1 5",
        "-1 5  | 7 5   | 7 5",
        "-1 5  | 1 5   | -1 5",
        "7     | -1    | 7"
      })
  void operandsAreStretchedToOneShape(String a, String b, String both) {
    for (String op : List.of("Add", "AddV2", "Sub", "Mul", "RealDiv", "Pow", "Maximum")) {
      TensorRef result =
          builder.real(op, op, input(op + "/a", longs(a)), input(op + "/b", longs(b)));
      assertThat(Shapes.of(builder.build(), -1).shape(result)).as(op).containsExactly(longs(both));
    }
  }

  @Test
  void theProductOfScalarsIsKnownAndOpenWhereAFactorIs() {
    TensorRef two = number(2);
    TensorRef product = builder.op("product", "Mul", ElementType.INT32, two, number(21));
    TensorRef sum = builder.op("sum", "AddV2", ElementType.INT32, product, number(1));
    TensorRef open = builder.op("open", "Mul", ElementType.INT32, two, number(-1));
    TensorRef difference = builder.op("difference", "Sub", ElementType.INT32, two, two);
    Shapes shapes = Shapes.of(builder.build(), 1);
    assertThat(shapes.values(product)).containsExactly(42);
    assertThat(shapes.values(sum)).containsExactly(43);
    assertThat(shapes.values(open)).containsExactly(-1);
    assertThat(shapes.values(difference)).isNull();
  }

  @Test
  void aProductThatOverflowsIsNotKnown() {
    TensorRef large =
        builder.constant(
            "large", TensorValue.of(ElementType.INT64, new long[0], bytes(Long.MAX_VALUE)));
    TensorRef product = builder.op("product", "Mul", ElementType.INT64, large, large);
    assertThat(Shapes.of(builder.build(), 1).values(product)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"false,false,3,7", "true,false,5,7", "false,true,3,5", "true,true,5,5"})
  void aProductHasTheRowsOfOneAndTheColumnsOfTheOther(
      boolean turnA, boolean turnB, long rows, long columns) {
    TensorRef product =
        builder.op(
            "product",
            "MatMul",
            GraphBuilder.attributes(
                "transpose_a", new Attribute.Flag(turnA), "transpose_b", new Attribute.Flag(turnB)),
            input("a", 3, 5),
            input("b", 5, 7));
    assertThat(shape(product)).containsExactly(rows, columns);
  }

  @Test
  void productsOfManyMatricesKeepTheLeadingAxes() {
    TensorRef plain =
        builder.real("plain", "BatchMatMulV2", input("q", 2, 4, 8, 16), input("k", 2, 4, 16, 8));
    TensorRef turned =
        builder.op(
            "turned",
            "BatchMatMul",
            Map.of("adj_y", new Attribute.Flag(true)),
            input("q2", 2, 4, 8, 16),
            input("k2", 2, 4, 9, 16));
    TensorRef wider = builder.real("wider", "BatchMatMulV2", input("m", 3, 5), input("n", 6, 5, 7));
    assertThat(shape(plain)).containsExactly(2, 4, 8, 8);
    assertThat(shape(turned)).containsExactly(2, 4, 8, 9);
    assertThat(shape(wider)).containsExactly(6, 3, 7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 3 4  | 6 4    | 6 4",
        "2 3 4  | -1 4   | 6 4",
        "2 3 4  | 2 -1   | 2 12",
        "-1 3 4 | -1 12  | -1 12",
        "-1 3 4 | -1 -1  | -1 -1",
        "0 3    | -1 3   | 0 3",
        "0 3    | 0 -1   | 0 -1"
      })
  void aReshapeFillsItsOneOpenAxis(String from, String to, String result) {
    TensorRef reshaped = builder.real("y", "Reshape", input("x", longs(from)), vector(longs(to)));
    assertThat(Shapes.of(builder.build(), -1).shape(reshaped)).containsExactly(longs(result));
  }

  @Test
  void axesAreTurnedAddedAndTakenAway() {
    TensorRef x = input("x", 2, 1, 5);
    TensorRef turned = builder.real("turned", "Transpose", x, vector(2, 0, 1));
    TensorRef expanded = builder.real("expanded", "ExpandDims", x, number(1));
    TensorRef last = builder.real("last", "ExpandDims", x, number(-1));
    TensorRef squeezed = builder.op("squeezed", "Squeeze", dims(1), x);
    TensorRef fromTheEnd = builder.op("end", "Squeeze", dims(-2), x);
    TensorRef all = builder.op("all", "Squeeze", dims(), x);
    assertThat(shape(turned)).containsExactly(5, 2, 1);
    assertThat(shape(expanded)).containsExactly(2, 1, 1, 5);
    assertThat(shape(last)).containsExactly(2, 1, 5, 1);
    assertThat(shape(squeezed)).containsExactly(2, 5);
    assertThat(shape(fromTheEnd)).containsExactly(2, 5);
    assertThat(shape(all)).containsExactly(2, 5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | true | 2 1 5",
        "1 | false | 2 5",
        "-1 | true | 2 3 1",
        "0 2 | false | 3",
        "0 1 2 | false | ''"
      })
  void aMeanTakesAwayItsAxesOrKeepsThemAsOnes(String axes, boolean keep, String result) {
    TensorRef mean =
        builder.op(
            "mean",
            "Mean",
            Map.of("keep_dims", new Attribute.Flag(keep)),
            input("x", 2, 3, 5),
            vector(longs(axes)));
    assertThat(shape(mean)).containsExactly(longs(result));
  }

  @Test
  void aLookUpHasARowOfTheTableForEachIndex() {
    TensorRef rows =
        builder.real("rows", "GatherV2", input("table", 100, 16), input("ids", 2, 8), number(0));
    TensorRef hot = builder.real("hot", "OneHot", input("more", 2, 8), number(100));
    assertThat(shape(rows)).containsExactly(2, 8, 16);
    assertThat(shape(hot)).containsExactly(2, 8, 100);
  }

  @Test
  void aSliceHasItsSizesOrWhatIsLeft() {
    TensorRef x = input("x", 4, 10);
    TensorRef slice = builder.real("slice", "Slice", x, vector(1, 2), vector(2, -1));
    TensorRef open = builder.real("open", "Slice", input("y", -1, 10), vector(1, 0), vector(-1, 3));
    assertThat(shape(slice)).containsExactly(2, 8);
    assertThat(Shapes.of(builder.build(), -1).shape(open)).containsExactly(-1, 3);
  }

  @Test
  void theShapeOfATensorIsAVectorThatCanBeCutAndPackedAgain() {
    TensorRef shape = builder.real("shape", "Shape", input("x", -1, 10, 16));
    TensorRef rows = strided("rows", shape, vector(0), vector(1), vector(1), 0, 0, 1);
    TensorRef packed = builder.real("packed", "Pack", rows, number(160));
    TensorRef reshaped = builder.real("reshaped", "Reshape", input("y", 7, 10, 16), packed);
    TensorRef joined = builder.real("joined", "ConcatV2", shape, vector(3, 4), number(0));
    TensorRef filled = builder.real("filled", "Fill", vector(2, 6), number(1));
    Shapes shapes = Shapes.of(builder.build(), 7);
    assertThat(shapes.values(shape)).containsExactly(7, 10, 16);
    assertThat(shapes.values(rows)).containsExactly(7);
    assertThat(shapes.values(packed)).containsExactly(7, 160);
    assertThat(shapes.shape(reshaped)).containsExactly(7, 160);
    assertThat(shapes.values(joined)).containsExactly(7, 10, 16, 3, 4);
    assertThat(shapes.shape(filled)).containsExactly(2, 6);
  }

  @Test
  void aSplitDividesOneAxis() {
    TensorRef split =
        builder.op(
            "split",
            "Split",
            Map.of("num_split", new Attribute.Int(3)),
            number(-1),
            input("x", 2, 12));
    assertThat(shape(split)).containsExactly(2, 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // begin | end | stride | begin mask | end mask | shrink mask | result of a tensor [4, 10]
        "0 0   | 4 5   | 1 1 | 0 | 0 | 0 | 4 5",
        "1 2   | 3 -1  | 1 1 | 0 | 0 | 0 | 2 7",
        "1 2   | 0 0   | 1 1 | 0 | 3 | 0 | 3 8",
        "3 7   | 4 9   | 1 1 | 3 | 0 | 0 | 4 9",
        "0 -3  | 4 100 | 1 1 | 0 | 0 | 0 | 4 3",
        "2 5   | 3 6   | 1 1 | 0 | 0 | 1 | 1",
        "3     | 2     | 1   | 0 | 0 | 0 | 0 10",
        "0 0   | 4 10  | 1 2 | 0 | 0 | 0 | 4 -1"
      })
  void aStridedSliceIsCutByItsMasks(
      String begin, String end, String stride, int from, int to, int shrink, String result) {
    TensorRef cut =
        strided(
            "cut",
            input("x", 4, 10),
            vector(longs(begin)),
            vector(longs(end)),
            vector(longs(stride)),
            from,
            to,
            shrink);
    assertThat(shape(cut)).containsExactly(longs(result));
  }

  @Test
  void ofASliceWithAnEllipsisOrANewAxisNothingIsKnown() {
    for (String mask : List.of("ellipsis_mask", "new_axis_mask")) {
      TensorRef cut =
          builder.op(
              mask,
              "StridedSlice",
              Map.of(mask, new Attribute.Int(1)),
              input(mask + "/x", 4, 10),
              vector(0),
              vector(2),
              vector(1));
      assertThat(shape(cut)).as(mask).isNull();
    }
  }
}
