package io.ganglion.compiler.pass;

import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.model.Weight;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Multiplies the query's weights by the factor of the attention scores, mostly {@code 1 / sqrt(head
 * size)}, so that scores need not be multiplied in each request. The factor is read from the graph.
 * Where something else reads the weights, nothing is changed.
 */
public final class FoldQueryScale implements GraphPass {
  private static final int LONGEST_CHAIN = 16;

  @Override
  public Program apply(Program program) {
    Graph graph = program.graph();
    Patterns patterns = new Patterns(graph);
    Map<String, Set<String>> readers = graph.readers();
    Map<String, Weight> weights = new HashMap<>(program.weights());
    Map<String, TensorRef> unscaled = new HashMap<>();
    for (Node node : graph.nodes()) {
      for (int side = 0; side < 2 && Patterns.isProduct(node); side++) {
        double factor = patterns.scalar(node.inputs().get(side));
        TensorRef scores = node.inputs().get(1 - side);
        List<String> query = query(patterns, readers, scores);
        if (!Double.isNaN(factor) && query != null && weights.keySet().containsAll(query)) {
          query.forEach(name -> weights.computeIfPresent(name, scaled((float) factor)));
          unscaled.put(node.name(), scores);
        }
      }
    }
    Program folded =
        program.replacing(
            node -> {
              TensorRef scores = unscaled.get(node.name());
              return List.of(scores == null ? node : node.passing(scores));
            });
    return new Program(folded.graph(), folded.output(), weights);
  }

  private static java.util.function.BiFunction<String, Weight, Weight> scaled(float factor) {
    return (name, weight) -> weight.scaled(factor);
  }

  /**
   * Kernel and bias of the query of these scores; null if this is not an attention score, or the
   * weights are shared.
   */
  private static @Nullable List<String> query(
      Patterns patterns, Map<String, Set<String>> readers, TensorRef scores) {
    Node product = patterns.origin(scores);
    if (!product.is("BatchMatMul", "BatchMatMulV2") || only(readers, product) == null) {
      return null;
    }
    TensorRef at = product.inputs().get(0);
    Node node = patterns.origin(at);
    for (int i = 0; i < LONGEST_CHAIN && node.is("Reshape", "Transpose"); i++) {
      if (only(readers, node) == null) {
        return null;
      }
      node = patterns.origin(node.inputs().get(0));
    }
    boolean biased = node.is("BiasAdd") || Patterns.isSum(node);
    Node matrix = biased ? patterns.origin(node.inputs().get(0)) : node;
    if (!biased || !matrix.is("MatMul") || only(readers, node) == null) {
      return null;
    }
    String kernel = variable(patterns, readers, matrix.inputs().get(1));
    String bias = variable(patterns, readers, node.inputs().get(1));
    return kernel == null || bias == null || only(readers, matrix) == null
        ? null
        : List.of(kernel, bias);
  }

  /** The variable behind this tensor, if it is read only here. */
  private static @Nullable String variable(
      Patterns patterns, Map<String, Set<String>> readers, TensorRef ref) {
    Node read = patterns.node(ref);
    Node variable = patterns.origin(ref);
    boolean mine =
        variable.is("VariableV2", "Variable")
            && only(readers, variable) != null
            && only(readers, read) != null;
    return mine ? variable.name() : null;
  }

  /** The only reader of a node; null if there is none or several. */
  private static @Nullable String only(Map<String, Set<String>> readers, Node node) {
    Set<String> all = readers.getOrDefault(node.name(), Set.of());
    return all.size() == 1 ? all.iterator().next() : null;
  }
}
