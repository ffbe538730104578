package io.ganglion.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import io.ganglion.compiler.model.Weight;
import io.ganglion.compiler.pass.GraphPass.Program;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests each pass that changes how a model computes, on a small graph that TensorFlow runs. */
class RewritingPassesTest {
  private static final int BATCH = 2;
  private static final int LENGTH = 3;
  private static final int HEADS = 2;
  private static final int SIZE = 4;
  private static final int HIDDEN = HEADS * SIZE;

  @TempDir Path temp;

  private final Random random = new Random(11);
  private final GraphBuilder graph = new GraphBuilder();
  private final GraphOps ops = new GraphOps(graph);
  private final Map<String, Weight> weights = new HashMap<>();
  private int runs;

  @Test
  void everyLayersMaskBecomesOneBiasOfTheInput() throws Exception {
    Program before = program(attention("b/", attention("a/", values("x"), 0.5f), 0.5f));
    Program after = GraphPass.applyAll(List.of(new HoistMask(), new PruneUnused()), before);
    assertThat(after.graph().find("a/inverted")).isNull();
    assertThat(after.graph().nodes())
        .filteredOn(node -> node.inputs().contains(TensorRef.of("mask/bias")))
        .extracting(Node::name)
        .containsExactlyInAnyOrder("a/masked", "b/masked");
    assertSame(before, after, 1e-6);
  }

  @Test
  void aMaskOfAnotherFormIsLeftAlone() {
    TensorRef scores = values("x");
    TensorRef bias = ops.scalarSecond("bias", "Mul", values("y"), -10000f);
    TensorRef sum = graph.real("sum", "AddV2", scores, bias);
    Program before = program(graph.real("softmax", "Softmax", sum));
    assertThat(new HoistMask().apply(before).graph().nodes())
        .containsExactlyElementsOf(before.graph().nodes());
  }

  @ParameterizedTest
  @ValueSource(floats = {0.5f, 0.125f, 0.17677669f})
  void theScaleOfTheScoresGoesIntoTheQuery(float scale) throws Exception {
    Program before = program(attention("a/", values("x"), scale));
    Program after =
        GraphPass.applyAll(List.of(new FoldQueryScale(), new RemovePassThrough()), before);
    assertThat(after.graph().node("a/masked").inputs().get(0)).isEqualTo(TensorRef.of("a/scores"));
    for (String part : List.of("kernel", "bias")) {
      float[] folded = weight(after, "a/query/" + part);
      float[] original = weight(before, "a/query/" + part);
      for (int i = 0; i < folded.length; i++) {
        assertThat(folded[i]).isEqualTo(original[i] * scale);
      }
      assertThat(weight(after, "a/key/" + part)).isEqualTo(weight(before, "a/key/" + part));
    }
    assertSame(before, after, 1e-6);
  }

  @Test
  void aQueryThatSomethingElseReadsIsNotScaled() throws Exception {
    TensorRef attended = attention("a/", values("x"), 0.5f);
    TensorRef other = graph.real("other", "Tanh", TensorRef.of("a/query/BiasAdd"));
    Program before = program(graph.real("sum", "AddV2", attended, other));
    Program after = new FoldQueryScale().apply(before);
    assertThat(after.graph().node("a/scaled").op()).isEqualTo("Mul");
    assertThat(weight(after, "a/query/kernel")).isEqualTo(weight(before, "a/query/kernel"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void geluOfEitherFormBecomesCrude(boolean erf) throws Exception {
    TensorRef x = values("x");
    Program before = program(erf ? ops.geluErf("gelu/", x) : ops.geluTanh("gelu/", x));
    Program after = GraphPass.applyAll(List.of(new CrudeGelu("gelu/"), new PruneUnused()), before);
    assertThat(after.graph().nodes())
        .extracting(Node::op)
        .containsOnlyOnce("Sigmoid")
        .doesNotContain("Erf", "Tanh");
    float[] inputs = Objects.requireNonNull(before.graph().node("x").constant()).toFloats();
    float[] exact = run(before);
    float[] crude = run(after);
    for (int i = 0; i < inputs.length; i++) {
      double expected = inputs[i] / (1 + Math.exp(-1.702 * inputs[i]));
      assertThat(crude[i]).isCloseTo((float) expected, within(1e-6f));
      assertThat(crude[i]).isCloseTo(exact[i], within(0.021f));
    }
  }

  @Test
  void aCurveThatIsNoGeluIsLeftAlone() {
    TensorRef x = values("x");
    TensorRef sum = ops.scalarFirst("sum", "AddV2", 1f, graph.real("erf", "Erf", x));
    TensorRef half = ops.scalarFirst("half", "Mul", 0.5f, sum);
    Program before = program(graph.real("mul", "Mul", x, half));
    assertThat(new CrudeGelu("").apply(before).graph().node("mul"))
        .isEqualTo(before.graph().node("mul"));
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "HALF"})
  void productsInSixteenBitsStayCloseAndAllElseIsWide(ElementType type) throws Exception {
    Program before = program(attention("a/", values("x"), 0.5f));
    Program after = new CastMatrixProducts("a/", type).apply(before);
    for (Node node : after.graph().nodes()) {
      if (node.is("MatMul", "BatchMatMulV2")) {
        assertThat(node.type("T")).isEqualTo(type);
      } else if (node.is("Softmax", "BiasAdd", "AddV2", "Mul")) {
        assertThat(node.type("T")).isEqualTo(ElementType.FLOAT);
      }
    }
    assertSame(before, after, 3e-2);
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "HALF"})
  void layerNormsInSixteenBitsStayCloseBelowTheScopeOnly(ElementType type) throws Exception {
    TensorRef first = norm("in/", values("x"));
    Program before = program(norm("out/", first));
    Program after = new CastLayerNorms("in/", type).apply(before);
    assertThat(after.graph().node("in/LayerNorm/moments/variance").type("T")).isEqualTo(type);
    assertThat(after.graph().node("in/LayerNorm/batchnorm/Rsqrt").type("T")).isEqualTo(type);
    assertThat(after.graph().node("out/LayerNorm/batchnorm/Rsqrt").type("T"))
        .isEqualTo(ElementType.FLOAT);
    assertSame(before, after, 5e-2);
  }

  private TensorRef norm(String scope, TensorRef x) {
    TensorRef gamma = weight(scope + "gamma", HIDDEN);
    return ops.layerNorm(scope + "LayerNorm", x, 2, gamma, weight(scope + "beta", HIDDEN), 1e-3f);
  }

  /** An attention over [batch x length, hidden], with a mask made like in BERT's code. */
  private TensorRef attention(String scope, TensorRef x, float scale) {
    if (graph.build().find("input_mask") == null) {
      graph.op(
          "input_mask",
          "Placeholder",
          GraphBuilder.attributes(
              "dtype",
              Attribute.type(ElementType.INT32),
              "shape",
              new Attribute.Shape(true, List.of(-1L, (long) LENGTH))));
    }
    TensorRef rows =
        ops.flatten(scope + "rows", ElementType.INT32, TensorRef.of("input_mask"), -1, 1, LENGTH);
    TensorRef real = ops.cast(scope + "cast", rows, ElementType.INT32, ElementType.FLOAT);
    TensorRef ones =
        graph.constant(scope + "ones", TensorValue.floats(new long[] {1, LENGTH, 1}, 1f));
    TensorRef cube = graph.real(scope + "cube", "Mul", ones, real);
    TensorRef axis = graph.constant(scope + "axis", TensorValue.scalar(1));
    TensorRef wide = ops.expandDims(scope + "wide", ElementType.FLOAT, cube, axis);
    TensorRef inverted = ops.scalarFirst(scope + "inverted", "Sub", 1f, wide);
    TensorRef bias = ops.scalarSecond(scope + "bias", "Mul", inverted, -10000f);
    TensorRef query = heads(scope + "query", x);
    TensorRef scores = ops.batchMatMul(scope + "scores", query, heads(scope + "key", x), true);
    TensorRef scaled = ops.scalarSecond(scope + "scaled", "Mul", scores, scale);
    TensorRef masked = graph.real(scope + "masked", "AddV2", scaled, bias);
    TensorRef shares = graph.real(scope + "softmax", "Softmax", masked);
    TensorRef context =
        ops.batchMatMul(scope + "context", shares, heads(scope + "value", x), false);
    TensorRef back = ops.transpose(scope + "back", context, 0, 2, 1, 3);
    return ops.flatten(scope + "flat", ElementType.FLOAT, back, -1, HIDDEN);
  }

  private TensorRef heads(String name, TensorRef x) {
    TensorRef kernel = weight(name + "/kernel", HIDDEN, HIDDEN);
    TensorRef dense = ops.dense(name, x, kernel, weight(name + "/bias", HIDDEN));
    TensorRef split =
        ops.flatten(name + "/split", ElementType.FLOAT, dense, -1, LENGTH, HEADS, SIZE);
    return ops.transpose(name + "/heads", split, 0, 2, 1, 3);
  }

  private TensorRef weight(String name, Integer... sizes) {
    List<Integer> shape = List.of(sizes);
    float[] values = floats(shape.stream().reduce(1, Math::multiplyExact));
    weights.put(name, Weight.of(name, shape, values::clone));
    Attribute axes = new Attribute.Shape(true, shape.stream().map(Integer::longValue).toList());
    TensorRef variable =
        graph.op(
            name,
            "VariableV2",
            GraphBuilder.attributes("dtype", Attribute.type(ElementType.FLOAT), "shape", axes));
    return graph.real(name + "/read", "Identity", variable);
  }

  private TensorRef values(String name) {
    int rows = BATCH * LENGTH;
    return graph.constant(
        name, TensorValue.floats(new long[] {rows, HIDDEN}, floats(rows * HIDDEN)));
  }

  private float[] floats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] weight(Program program, String name) throws Exception {
    return Objects.requireNonNull(program.weights().get(name)).read();
  }

  private Program program(TensorRef output) {
    Graph all = graph.build();
    return new Program(all, output, weights);
  }

  private void assertSame(Program before, Program after, double tolerance) throws Exception {
    float[] expected = run(before);
    float[] actual = run(after);
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within((float) tolerance));
    }
  }

  private float[] run(Program program) throws Exception {
    Map<String, int[]> inputs =
        program.graph().find("input_mask") == null
            ? Map.of()
            : Map.of("input_mask", new int[] {1, 1, 0, 1, 0, 0});
    return TensorFlowRun.run(temp.resolve("run" + runs++), program, BATCH, inputs);
  }
}
