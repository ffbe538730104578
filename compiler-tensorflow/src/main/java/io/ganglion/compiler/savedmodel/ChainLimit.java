package io.ganglion.compiler.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Refuses a graph with a cycle or with a chain of nodes that is too long: TensorFlow follows chains
 * by recursion and dies of them.
 */
final class ChainLimit {
  /** Data edges one after another; BERT-Large has 1,500, and 5,000 with its gradients. */
  static final int MAX_LENGTH = 20_000;

  private final Map<String, List<Node>> readers = new HashMap<>();
  private final Map<String, Integer> missing = new HashMap<>();
  private final Map<String, Integer> lengths = new HashMap<>();
  private final Deque<Node> ready = new ArrayDeque<>();

  private ChainLimit() {}

  static void check(Graph graph) throws CompileException {
    new ChainLimit().walk(graph);
  }

  private void walk(Graph graph) throws CompileException {
    for (Node node : graph.nodes()) {
      int inputs = 0;
      for (TensorRef input : node.inputs()) {
        if (!closesLoop(graph.node(input))) {
          readers.computeIfAbsent(input.node(), name -> new ArrayList<>()).add(node);
          inputs++;
        }
      }
      missing.put(node.name(), inputs);
      if (inputs == 0) {
        ready.add(node);
      }
    }
    int done = 0;
    while (!ready.isEmpty()) {
      visit(ready.poll());
      done++;
    }
    if (done < graph.size()) {
      throw new CompileException(
          "The graph has a cycle, at or before node "
              + GraphImporter.shown(firstMissing(graph))
              + ": it is damaged; export it again.");
    }
  }

  private void visit(Node node) throws CompileException {
    int length = lengths.getOrDefault(node.name(), 0) + 1;
    if (length > MAX_LENGTH) {
      throw new CompileException(
          "The graph has a chain of more than "
              + MAX_LENGTH
              + " nodes, at "
              + GraphImporter.shown(node.name())
              + ": it is damaged or no model; export it again.");
    }
    for (Node reader : readers.getOrDefault(node.name(), List.of())) {
      lengths.merge(reader.name(), length, Math::max);
      if (missing.merge(reader.name(), -1, Integer::sum) == 0) {
        ready.add(reader);
      }
    }
  }

  /** The one edge that closes a loop of TensorFlow 1. */
  private static boolean closesLoop(Node node) {
    return node.is("NextIteration", "RefNextIteration");
  }

  private String firstMissing(Graph graph) {
    for (Node node : graph.nodes()) {
      if (missing.getOrDefault(node.name(), 0) > 0) {
        return node.name();
      }
    }
    throw new IllegalStateException("Every node was visited.");
  }
}
