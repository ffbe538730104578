package io.ganglion.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import java.util.List;
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
    assertThat(cast.node("core/product").type("T")).isEqualTo(ElementType.BFLOAT16);
    assertThat(cast.node("host/product").type("T")).isEqualTo(ElementType.FLOAT);
    assertThat(cast.node("host/product").inputs()).containsOnly(TensorRef.of("core/product/fp32"));
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
