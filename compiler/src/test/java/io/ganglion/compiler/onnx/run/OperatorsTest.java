package io.ganglion.compiler.onnx.run;

import static io.ganglion.compiler.onnx.OnnxWriter.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.ganglion.compiler.onnx.OnnxModel;
import io.ganglion.compiler.onnx.OnnxReader;
import io.ganglion.compiler.onnx.OnnxType;
import io.ganglion.compiler.onnx.OnnxWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators on small numbers that can be worked out by hand. */
class OperatorsTest {
  @TempDir Path temp;

  private static Tensor reals(int[] shape, double... values) {
    return Tensor.reals(shape, values);
  }

  private static Tensor whole(long... values) {
    return Tensor.integers(new int[] {values.length}, values);
  }

  private Tensor run(long opset, String op, List<Tensor> inputs, ByteString... attributes)
      throws Exception {
    OnnxWriter writer = new OnnxWriter(opset);
    Map<String, Tensor> feeds = new HashMap<>();
    List<String> names = new ArrayList<>();
    for (Tensor input : inputs) {
      String name = "in" + names.size();
      writer.input(name, input.isReal() ? OnnxType.FLOAT : OnnxType.INT64);
      feeds.put(name, input);
      names.add(name);
    }
    writer.node("", op, names, List.of("y"), attributes);
    writer.output("y");
    OnnxModel model = OnnxReader.read(writer.write(temp.resolve("op.onnx")));
    Tensor result = GraphRun.of(model).run(feeds).get("y");
    assertThat(result).isNotNull();
    return result;
  }

  private static void assertReals(Tensor tensor, int[] shape, double... values) {
    assertThat(tensor.shape()).containsExactly(shape);
    for (int i = 0; i < values.length; i++) {
      assertThat(tensor.real(i)).isCloseTo(values[i], within(1e-12));
    }
  }

  @Test
  void theErrorFunctionHasItsTabulatedValues() {
    assertThat(Erf.of(0.5)).isCloseTo(0.5204998778130465, within(1e-15));
    assertThat(Erf.of(1)).isCloseTo(0.8427007929497149, within(1e-15));
    assertThat(Erf.of(-2)).isCloseTo(-0.9953222650189527, within(1e-15));
    assertThat(Erf.of(3)).isCloseTo(0.9999779095030014, within(1e-15));
    assertThat(Erf.of(5.9)).isCloseTo(1, within(1e-15));
    assertThat(Erf.of(0)).isZero();
    assertThat(Erf.of(Double.NaN)).isNaN();
  }

  @Test
  void slicesGoForwardsBackwardsAndOverTheEnd() throws Exception {
    Tensor x = reals(new int[] {2, 4}, 0, 1, 2, 3, 4, 5, 6, 7);
    assertReals(
        run(14, "Slice", List.of(x, whole(1), whole(1000), whole(1), whole(2))),
        new int[] {2, 2},
        1,
        3,
        5,
        7);
    assertReals(
        run(14, "Slice", List.of(x, whole(-1), whole(Long.MIN_VALUE), whole(-1), whole(-1))),
        new int[] {2, 4},
        3,
        2,
        1,
        0,
        7,
        6,
        5,
        4);
    assertReals(run(14, "Slice", List.of(x, whole(0, -3), whole(1, -1))), new int[] {1, 2}, 1, 2);
    assertReals(run(14, "Slice", List.of(x, whole(2), whole(1), whole(1))), new int[] {2, 0});
  }

  @Test
  void reshapesCopyASizeForZeroAndFindTheOpenOne() throws Exception {
    Tensor x = reals(new int[] {2, 3, 2}, new double[12]);
    assertReals(run(14, "Reshape", List.of(x, whole(0, -1))), new int[] {2, 6});
    assertReals(run(14, "Flatten", List.of(x), attribute("axis", 2L)), new int[] {6, 2});
  }

  @Test
  void oldSoftmaxTakesAllAxesFromItsOwnOn() throws Exception {
    Tensor x = reals(new int[] {1, 2, 2}, new double[4]);
    assertReals(run(11, "Softmax", List.of(x)), new int[] {1, 2, 2}, 0.25, 0.25, 0.25, 0.25);
    assertReals(run(13, "Softmax", List.of(x)), new int[] {1, 2, 2}, 0.5, 0.5, 0.5, 0.5);
    Tensor y = reals(new int[] {2, 2}, 0, Math.log(3), 0, 0);
    assertReals(
        run(13, "Softmax", List.of(y), attribute("axis", 0L)),
        new int[] {2, 2},
        0.5,
        0.75,
        0.5,
        0.25);
  }

  @Test
  void productsBroadcastTheirFirstAxes() throws Exception {
    Tensor a = reals(new int[] {2, 1, 2}, 1, 2, 3, 4);
    Tensor b = reals(new int[] {2, 2}, 1, 0, 10, 100);
    assertReals(run(14, "MatMul", List.of(a, b)), new int[] {2, 1, 2}, 21, 200, 43, 400);
    Tensor c = reals(new int[] {2, 2, 1}, 1, 1, 2, 0);
    assertReals(run(14, "MatMul", List.of(a, c)), new int[] {2, 1, 1}, 3, 6);
    Tensor v = reals(new int[] {2}, 1, -1);
    assertReals(run(14, "MatMul", List.of(a, v)), new int[] {2, 1}, -1, -1);
    assertReals(run(14, "MatMul", List.of(v, b)), new int[] {2}, -9, -100);
  }

  @Test
  void aLongProductGoesThroughSeveralPanels() throws Exception {
    double[] ones = new double[3 * 131];
    java.util.Arrays.fill(ones, 1);
    Tensor a = reals(new int[] {1, 131}, java.util.Arrays.copyOf(ones, 131));
    Tensor b = reals(new int[] {131, 3}, ones);
    assertReals(run(14, "MatMul", List.of(a, b)), new int[] {1, 3}, 131, 131, 131);
  }

  @Test
  void elementsAreGatheredByIndexTupleAndByAxis() throws Exception {
    Tensor x = reals(new int[] {2, 3}, 0, 1, 2, 10, 11, 12);
    assertReals(
        run(14, "Gather", List.of(x, whole(-1, 0)), attribute("axis", 1L)),
        new int[] {2, 2},
        2,
        0,
        12,
        10);
    Tensor tuples = Tensor.integers(new int[] {2, 2}, 1, 2, 0, 1);
    assertReals(run(14, "GatherND", List.of(x, tuples)), new int[] {2}, 12, 1);
    Tensor rows = Tensor.integers(new int[] {1, 3}, 1, 0, 1);
    assertReals(run(14, "GatherElements", List.of(x, rows)), new int[] {1, 3}, 10, 1, 12);
  }

  @Test
  void reductionsKeepOrDropTheirAxes() throws Exception {
    Tensor x = reals(new int[] {2, 2}, 1, 2, 3, 5);
    ByteString first = attribute("axes", new long[] {0});
    assertReals(run(11, "ReduceMean", List.of(x), first), new int[] {1, 2}, 2, 3.5);
    assertReals(
        run(18, "ReduceSum", List.of(x, whole(-1)), attribute("keepdims", 0L)),
        new int[] {2},
        3,
        8);
    assertReals(run(18, "ReduceMax", List.of(x), attribute("keepdims", 0L)), new int[0], 5);
  }

  @Test
  void integersStayIntegers() throws Exception {
    assertThat(run(14, "Div", List.of(whole(7, -7), whole(2))).integer(1)).isEqualTo(-3);
    assertThat(run(14, "CumSum", List.of(whole(1, 0, 1), whole(0))).integers())
        .containsExactly(1, 1, 2);
    assertThat(run(14, "NonZero", List.of(whole(0, 4, 0, 2))).integers()).containsExactly(1, 3);
    Tensor tiled = run(14, "Tile", List.of(whole(1, 2), whole(2)));
    assertThat(tiled.integers()).containsExactly(1, 2, 1, 2);
    Tensor large = run(14, "Add", List.of(whole(Long.MAX_VALUE - 1), whole(1)));
    assertThat(large.integer(0)).isEqualTo(Long.MAX_VALUE);
  }
}
