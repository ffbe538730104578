package io.ganglion.compiler.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PartitionerTest {
  private final GraphBuilder graph = new GraphBuilder();
  private final GraphOps ops = new GraphOps(graph);

  /** A graph of a look-up, its norm, a hidden layer, a classifier and a softmax. */
  private TensorRef classifier(long length) {
    TensorRef ids = input("ids", -1, length);
    TensorRef found = ops.gather("gather", matrix("table", 10, 4), ids);
    TensorRef normed = ops.layerNorm("norm", found, 3, vector("gamma"), vector("beta"), 1e-3f);
    TensorRef rows = ops.flatten("rows", ElementType.FLOAT, normed, -1, 4);
    TensorRef wide = ops.dense("wide", rows, matrix("kernel", 4, 4), vector("bias"));
    TensorRef curve = graph.real("erf", "Erf", wide);
    TensorRef logits = ops.dense("logits", curve, matrix("kernel2", 4, 4), vector("bias2"));
    return graph.real("softmax", "Softmax", logits);
  }

  @Test
  void theCoreRunsFromTheFirstProductToTheLastOnesBias() {
    classifier(3);
    PartitionedGraph placed = partition(TargetOperators.xla("inf2"));
    for (String node : List.of("wide/MatMul", "erf", "logits/MatMul", "logits/BiasAdd")) {
      assertThat(placed.isOnCore(node)).as(node).isTrue();
    }
    for (String node : List.of("ids", "gather", "norm/batchnorm/add_1", "softmax")) {
      assertThat(placed.isOnCore(node)).as(node).isFalse();
    }
    assertThat(placed.coreInputs()).containsExactly(TensorRef.of("norm/batchnorm/add_1"));
    assertThat(placed.coreOutputs()).containsExactly(TensorRef.of("logits/BiasAdd"));
  }

  @Test
  void anActivationThatIsWantedOfTheCoreRunsThere() {
    classifier(3);
    PartitionedGraph placed =
        Partitioner.partition(graph.build(), TargetOperators.xla("inf2"), TensorRef.of("softmax"));
    assertThat(placed.isOnCore("softmax")).isTrue();
    assertThat(placed.coreOutputs()).isEmpty();
  }

  @Test
  void weightsAndReshapesBelongToTheirReaders() {
    classifier(3);
    PartitionedGraph placed = partition(TargetOperators.xla("inf2"));
    assertThat(placed.isOnCore("rows")).isTrue();
    assertThat(placed.isOnCore("rows/shape")).isTrue();
    assertThat(placed.isOnCore("kernel")).isTrue();
    assertThat(placed.isOnCore("table")).isFalse();
    assertThat(placed.isOnCore("gamma")).isFalse();
  }

  @Test
  void anOperatorThatTheTargetLacksEndsTheCoresProgram() {
    classifier(3);
    TargetOperators noErf =
        new TargetOperators("other", Set.of("MatMul", "BiasAdd", "Reshape", "Softmax"));
    PartitionedGraph placed = partition(noErf);
    assertThat(placed.isOnCore("wide/BiasAdd")).isTrue();
    assertThat(placed.isOnCore("erf")).isFalse();
    assertThat(placed.isOnCore("logits/MatMul")).isFalse();
    assertThat(placed.coreOutputs()).containsExactly(TensorRef.of("wide/BiasAdd"));
  }

  @Test
  void aTargetWithoutProductsRunsNothing() {
    classifier(3);
    PartitionedGraph placed = partition(new TargetOperators("none", Set.of("Erf", "Add")));
    assertThat(placed.coreOperators()).isZero();
    assertThat(placed.work().coreShare()).isZero();
  }

  @Test
  void whatHasNoFixedShapeStaysOnTheHost() {
    classifier(-1);
    PartitionedGraph placed = partition(TargetOperators.xla("inf2"));
    assertThat(placed.coreOperators()).isZero();
  }

  @Test
  void workIsCountedFromShapes() {
    classifier(3);
    PartitionedGraph placed = partition(TargetOperators.xla("inf2"));
    // Two products of 3 x 4 x 4, their biases, an erf of 8 operations for each of 3 x 4 values.
    assertThat(placed.work().core()).isEqualTo(2 * 2 * 3 * 4 * 4 + 2 * 12 + 8 * 12);
    assertThat(placed.work().host()).isPositive();
  }

  private PartitionedGraph partition(TargetOperators target) {
    return Partitioner.partition(graph.build(), target, TensorRef.of("logits/BiasAdd"));
  }

  private TensorRef input(String name, long... sizes) {
    return graph.op(
        name,
        "Placeholder",
        GraphBuilder.attributes(
            "dtype",
            Attribute.type(ElementType.INT32),
            "shape",
            new Attribute.Shape(true, java.util.Arrays.stream(sizes).boxed().toList())));
  }

  private TensorRef matrix(String name, long rows, long columns) {
    return graph.constant(name, TensorValue.floats(new long[] {rows, columns}, 0.5f));
  }

  private TensorRef vector(String name) {
    return graph.constant(name, TensorValue.floats(new long[] {4}, 0.5f));
  }
}
