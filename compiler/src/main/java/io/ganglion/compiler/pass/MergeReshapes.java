package io.ganglion.compiler.pass;

import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import java.util.List;

/** Lets a reshape of a reshape read the first one's input: only the last shape matters. */
public final class MergeReshapes implements GraphPass {
  private static final int LONGEST_CHAIN = 1000;

  @Override
  public Program apply(Program program) {
    Graph graph = program.graph();
    return program.replacing(node -> List.of(isReshape(node) ? merged(graph, node) : node));
  }

  private static Node merged(Graph graph, Node node) {
    TensorRef at = node.inputs().get(0);
    for (int i = 0; i < LONGEST_CHAIN && isReshape(graph.node(at)); i++) {
      at = graph.node(at).inputs().get(0);
    }
    return node.withInputs(List.of(at, node.inputs().get(1)));
  }

  private static boolean isReshape(Node node) {
    return node.is("Reshape") && node.inputs().size() == 2;
  }
}
