package io.ganglion.compiler.savedmodel;

import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import io.ganglion.compiler.model.Weight;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which tensor of the checkpoint each variable is restored from: read off the graph's own restore
 * operators, as TensorFlow does; by the variable's name where the graph has none for it.
 */
final class VariableBinding {
  private static final int MAX_STEPS = 8;

  private VariableBinding() {}

  /** Weights by the name of their variable's node. */
  static Map<String, Weight> bind(Graph graph, Map<String, Weight> checkpoint) {
    Map<String, Weight> bound = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (isVariable(node)) {
        String shared = node.text("shared_name", "");
        Weight byName = checkpoint.get(shared.isEmpty() ? node.name() : shared);
        if (byName != null) {
          bound.put(node.name(), byName);
        }
      }
    }
    for (Node node : graph.nodes()) {
      if (node.is("Assign", "AssignVariableOp") && node.inputs().size() == 2) {
        Weight restored = restored(graph, node.inputs().get(1), checkpoint);
        if (restored != null && isVariable(graph.node(node.inputs().get(0)))) {
          bound.put(node.inputs().get(0).node(), restored);
        }
      }
    }
    return bound;
  }

  static boolean isVariable(Node node) {
    return node.is("VariableV2", "Variable", "VarHandleOp");
  }

  private static @Nullable Weight restored(
      Graph graph, TensorRef value, Map<String, Weight> checkpoint) {
    TensorRef at = value;
    for (int step = 0; step < MAX_STEPS; step++) {
      Node node = graph.node(at);
      if (node.is("RestoreV2") && node.inputs().size() == 3) {
        TensorValue names = graph.node(node.inputs().get(1)).constant();
        List<String> texts = names == null ? List.of() : names.texts();
        return at.port() < texts.size() ? checkpoint.get(texts.get(at.port())) : null;
      }
      if (!node.is("Identity", "Cast") || node.inputs().isEmpty()) {
        return null;
      }
      at = node.inputs().get(0);
    }
    return null;
  }
}
