package io.ganglion.compiler.pass;

import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.Shapes;
import io.ganglion.compiler.graph.TensorRef;
import java.util.Arrays;
import java.util.List;

/** Removes reshapes to the shape that the input already has. */
public final class RemoveEqualReshapes implements GraphPass {
  @Override
  public Program apply(Program program) {
    Graph graph = program.graph();
    Shapes shapes = Shapes.of(graph, -1);
    return program.replacing(
        node -> List.of(isEqual(node, shapes) ? node.passing(node.inputs().get(0)) : node));
  }

  private static boolean isEqual(Node node, Shapes shapes) {
    if (!node.is("Reshape") || node.inputs().size() != 2) {
      return false;
    }
    long[] before = shapes.shape(node.inputs().get(0));
    long[] after = shapes.shape(TensorRef.of(node.name()));
    // Both have equally many elements, so a single unknown size is equal in both.
    return before != null
        && after != null
        && Arrays.equals(before, after)
        && Arrays.stream(before).filter(size -> size < 0).count() <= 1;
  }
}
