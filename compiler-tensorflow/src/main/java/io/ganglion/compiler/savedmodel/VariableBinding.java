package io.ganglion.compiler.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.ElementType;
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
 * Finds the tensor of the checkpoint for each variable. It follows the graph's restore operators,
 * as TensorFlow does. A variable without one is found by its name, which is the tensor's key or is
 * listed with the key in the checkpoint's object graph.
 */
final class VariableBinding {
  private static final int MAX_STEPS = 8;

  private VariableBinding() {}

  /** Gives the checkpoint's keys by the names of variables. */
  @FunctionalInterface
  interface Names {
    Map<String, String> keysByName() throws CompileException;
  }

  /** Weights by the name of their variable's node. {@code names} is called only if needed. */
  static Map<String, Weight> bind(Graph graph, Map<String, Weight> checkpoint, Names names)
      throws CompileException {
    Map<String, Weight> bound = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (node.is("Assign", "AssignVariableOp") && node.inputs().size() == 2) {
        Weight restored = restored(graph, node.inputs().get(1), checkpoint);
        if (restored != null && isVariable(graph.node(node.inputs().get(0)))) {
          bound.put(node.inputs().get(0).node(), restored);
        }
      }
    }
    Map<String, String> keys = null;
    for (Node node : graph.nodes()) {
      ElementType type = node.type("dtype");
      if (!isVariable(node) || bound.containsKey(node.name()) || type == null || !type.isReal()) {
        continue;
      }
      String shared = node.text("shared_name", "");
      String name = shared.isEmpty() ? node.name() : shared;
      Weight weight = checkpoint.get(name);
      if (weight == null) {
        keys = keys == null ? names.keysByName() : keys;
        weight = checkpoint.get(keys.getOrDefault(name, ""));
      }
      if (weight != null) {
        bound.put(node.name(), weight);
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
