package io.ganglion.compiler.onnx.lower;

import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.model.Weight;
import java.util.Map;

/**
 * An ONNX graph in the operators of the compiler's own graphs.
 *
 * @param graph the graph; a node has the name of the tensor that it gives
 * @param signature its inputs and outputs
 * @param variables weights that were cut out of larger ones, by the name of their node
 */
public record Lowered(Graph graph, Signature signature, Map<String, Weight> variables) {
  public Lowered {
    variables = Map.copyOf(variables);
  }
}
