package io.ganglion.compiler.pass;

import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Removes dropout: a tensor divided by the kept share and multiplied by random zeros and ones is
 * replaced by the tensor. Knows the forms of {@code tf.nn.dropout}: scaled by a division or a
 * product, and chosen by {@code Floor}, a cast comparison or {@code SelectV2}.
 */
public final class RemoveDropout implements GraphPass {
  private static final Set<String> RANDOM =
      Set.of("RandomUniform", "StatelessRandomUniform", "StatelessRandomUniformV2");

  @Override
  public Program apply(Program program) {
    Graph graph = program.graph();
    return program.replacing(
        node -> {
          TensorRef kept = kept(graph, node);
          return List.of(kept == null ? node : node.passing(kept));
        });
  }

  /** The input of the dropout that ends in this node; null if it is not dropout. */
  private static @Nullable TensorRef kept(Graph graph, Node node) {
    if (node.is("SelectV2") && node.inputs().size() == 3) {
      return isChoice(graph, node.inputs().get(0))
              && new Patterns(graph).isScalar(node.inputs().get(2), 0)
          ? unscaled(graph, node.inputs().get(1))
          : null;
    }
    for (int side = 0; side < 2 && Patterns.isProduct(node); side++) {
      if (isChoice(graph, node.inputs().get(side))) {
        return unscaled(graph, node.inputs().get(1 - side));
      }
    }
    return null;
  }

  /** Whether this tensor chooses the kept elements at random. */
  private static boolean isChoice(Graph graph, TensorRef ref) {
    Node node = graph.node(ref);
    if (node.is("Cast")) {
      node = graph.node(node.inputs().get(0));
    }
    return node.is("Floor", "GreaterEqual", "Greater")
        && graph.ancestors(List.of(node.name())).stream()
            .anyMatch(name -> RANDOM.contains(graph.node(name).op()));
  }

  /** The tensor before its elements were scaled up. */
  private static @Nullable TensorRef unscaled(Graph graph, TensorRef ref) {
    Node node = graph.node(ref);
    Patterns patterns = new Patterns(graph);
    if (node.is("RealDiv") && patterns.scalar(node.inputs().get(1)) <= 1) {
      return node.inputs().get(0);
    }
    for (int side = 0; side < 2 && Patterns.isProduct(node); side++) {
      if (patterns.scalar(node.inputs().get(side)) >= 1) {
        return node.inputs().get(1 - side);
      }
    }
    return null;
  }
}
