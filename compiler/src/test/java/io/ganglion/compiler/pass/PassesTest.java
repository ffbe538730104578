package io.ganglion.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PassesTest {
  private final GraphBuilder builder = new GraphBuilder();
  private final GraphOps ops = new GraphOps(builder);
  private final TensorRef x = builder.constant("x", TensorValue.floats(new long[] {1, 2}, 1, 2));

  @Test
  void whatTheOutputDoesNotNeedIsPruned() {
    TensorRef output = builder.real("tanh", "Tanh", x);
    builder.real("loss", "Neg", output);
    Graph pruned = new PruneUnused().apply(program(output)).graph();
    assertThat(pruned.nodes()).extracting(Node::name).containsExactly("x", "tanh");
  }

  @Test
  void readersOfAnIdentityReadItsInput() {
    TensorRef first = builder.real("first", "Identity", x);
    TensorRef second = builder.real("second", "StopGradient", first);
    GraphPass.Program result =
        new RemovePassThrough().apply(program(builder.real("tanh", "Tanh", second)));
    assertThat(result.graph().node("tanh").inputs()).containsExactly(x);
  }

  @Test
  void anIdentityAtTheOutputGoesToo() {
    TensorRef tanh = builder.real("tanh", "Tanh", x);
    GraphPass.Program result =
        new RemovePassThrough().apply(program(builder.real("named", "Identity", tanh)));
    assertThat(result.output()).isEqualTo(tanh);
  }

  @Test
  void onlyTheLastOfManyReshapesIsKept() {
    TensorRef first = ops.flatten("first", ElementType.FLOAT, x, 2);
    TensorRef second = ops.flatten("second", ElementType.FLOAT, first, 2, 1);
    TensorRef third = ops.flatten("third", ElementType.FLOAT, second, 1, 2);
    GraphPass.Program result =
        GraphPass.applyAll(List.of(new MergeReshapes(), new PruneUnused()), program(third));
    assertThat(result.graph().nodes())
        .extracting(Node::name)
        .containsExactly("x", "third/shape", "third");
  }

  @Test
  void productsBelowTheScopeRunInSixteenBits() {
    TensorRef inside = ops.matMul("core/product", x, x, true);
    TensorRef output = ops.matMul("host/product", inside, inside, true);
    Graph cast =
        new CastMatrixProducts("core/", ElementType.BFLOAT16).apply(program(output)).graph();
    assertThat(cast.node("core/product/bfloat16").type("T")).isEqualTo(ElementType.BFLOAT16);
    assertThat(cast.node("core/product").type("DstT")).isEqualTo(ElementType.FLOAT);
    assertThat(cast.node("host/product").type("T")).isEqualTo(ElementType.FLOAT);
    assertThat(cast.node("host/product").inputs()).containsOnly(inside);
  }

  @Test
  void aReshapeToTheShapeThatIsThereIsReadThrough() {
    TensorRef equal = ops.flatten("equal", ElementType.FLOAT, x, 1, -1);
    TensorRef other = ops.flatten("other", ElementType.FLOAT, equal, 2, 1);
    Graph graph = new RemoveEqualReshapes().apply(program(other)).graph();
    assertThat(graph.node("equal").op()).isEqualTo("Identity");
    assertThat(graph.node("other").op()).isEqualTo("Reshape");
  }

  @Test
  void aReshapeOfAnUnknownBatchIsReadThroughOnlyWhereAllElseIsEqual() {
    TensorRef rows = placeholder("rows", -1, 4, 8);
    TensorRef batch = ops.batch("", "", rows, ElementType.FLOAT);
    TensorRef same = ops.reshape("same", ElementType.FLOAT, rows, batch, 4, 8);
    TensorRef turned = ops.reshape("turned", ElementType.FLOAT, same, batch, 8, 4);
    TensorRef flat = ops.flatten("flat", ElementType.FLOAT, turned, -1, 8);
    Graph graph = new RemoveEqualReshapes().apply(program(flat)).graph();
    assertThat(graph.node("same").op()).isEqualTo("Identity");
    assertThat(graph.node("turned").op()).isEqualTo("Reshape");
    assertThat(graph.node("flat").op()).isEqualTo("Reshape");
  }

  @Test
  void dropoutOfEveryFormIsReadThrough() {
    TensorRef random = random("random");
    // TensorFlow 1.12: x / keep * floor(keep + random)
    TensorRef old =
        builder.real(
            "old",
            "Mul",
            ops.scalarSecond("old/scaled", "RealDiv", x, 0.9f),
            builder.real("old/floor", "Floor", ops.scalarFirst("old/add", "AddV2", 0.9f, random)));
    // 1.15: x * (1 / keep) * cast(random >= rate)
    TensorRef rate = builder.constant("rate", TensorValue.scalar(0.1f));
    TensorRef chosen = builder.real("chosen", "GreaterEqual", random, rate);
    TensorRef newer =
        builder.real(
            "newer",
            "Mul",
            ops.scalarSecond("newer/scaled", "Mul", old, 1 / 0.9f),
            ops.cast("newer/cast", chosen, ElementType.BOOL, ElementType.FLOAT));
    // 2.12: select(random >= rate, x * (1 / keep), 0)
    TensorRef newest =
        builder.real(
            "newest",
            "SelectV2",
            chosen,
            ops.scalarSecond("newest/scaled", "Mul", newer, 1 / 0.9f),
            builder.constant("zero", TensorValue.scalar(0f)));
    TensorRef output = builder.real("tanh", "Tanh", newest);
    GraphPass.Program clean = GraphPass.applyAll(GraphPass.cleaning(), program(output));
    assertThat(clean.graph().nodes()).extracting(Node::name).containsExactly("x", "tanh");
  }

  @Test
  void aProductWithRandomNumbersThatIsNoDropoutStays() {
    TensorRef noise = builder.real("noise", "Mul", x, random("random"));
    GraphPass.Program clean = GraphPass.applyAll(GraphPass.cleaning(), program(noise));
    assertThat(clean.graph().find("noise")).isNotNull();
    assertThat(clean.graph().find("random")).isNotNull();
  }

  @Test
  void assertionsSummariesLossAndLabelInputsGo() {
    TensorRef labels = placeholder("label_ids", -1);
    builder.real("summary", "HistogramSummary", x);
    builder.add(new Node("assert", "Assert", List.of(labels), List.of(), Map.of()));
    TensorRef output =
        builder.add(new Node("tanh", "Tanh", List.of(x), List.of("assert"), Map.of()));
    builder.real("loss", "Mul", output, labels);
    Graph clean = GraphPass.applyAll(GraphPass.cleaning(), program(output)).graph();
    assertThat(clean.nodes()).extracting(Node::name).containsExactly("x", "tanh");
    assertThat(clean.node("tanh").controls()).isEmpty();
  }

  private TensorRef random(String name) {
    TensorRef shape = builder.constant(name + "/shape", TensorValue.vector(1, 2));
    Attribute type = Attribute.type(ElementType.FLOAT);
    Attribute shapes = Attribute.type(ElementType.INT32);
    return builder.op(
        name, "RandomUniform", GraphBuilder.attributes("dtype", type, "T", shapes), shape);
  }

  private TensorRef placeholder(String name, long... sizes) {
    List<Long> shape = Arrays.stream(sizes).boxed().toList();
    return builder.op(
        name,
        "Placeholder",
        GraphBuilder.attributes(
            "dtype", Attribute.type(ElementType.FLOAT), "shape", new Attribute.Shape(true, shape)));
  }

  @Test
  void aPassDoesNotChangeWhatItIsGiven() {
    GraphPass.Program program = program(builder.real("named", "Identity", x));
    int before = program.graph().size();
    GraphPass.applyAll(GraphPass.cleaning(), program);
    assertThat(program.graph().size()).isEqualTo(before);
  }

  private GraphPass.Program program(TensorRef output) {
    return new GraphPass.Program(builder.build(), output);
  }
}
