package io.ganglion.compiler.pass;

import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets readers of an identity read its input directly. Reads of variables stay, and so do nodes
 * that others wait for.
 */
public final class RemovePassThrough implements GraphPass {
  private static final int LONGEST_CHAIN = 1000;

  @Override
  public Program apply(Program program) {
    Graph graph = program.graph();
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      nodes.add(
          node.withInputs(node.inputs().stream().map(input -> origin(graph, input)).toList()));
    }
    return new Program(Graph.of(nodes), origin(graph, program.output()), program.weights());
  }

  private static TensorRef origin(Graph graph, TensorRef ref) {
    TensorRef at = ref;
    for (int i = 0; i < LONGEST_CHAIN; i++) {
      Node node = graph.node(at);
      boolean passes =
          node.is("Identity", "StopGradient", "PreventGradient", "Snapshot")
              && node.inputs().size() == 1
              && node.controls().isEmpty()
              && !graph.node(node.inputs().get(0)).is("VariableV2", "Variable");
      if (!passes) {
        return at;
      }
      at = node.inputs().get(0);
    }
    return at;
  }
}
