package io.ganglion.compiler.recognise;

import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.model.Weight;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A graph with its weights and signatures, from any kind of file.
 *
 * @param name its name in messages, such as the path of the file
 * @param graph flat graph with inlined functions; it holds every tensor that a node or a signature
 *     names
 * @param signatures ways to call it
 * @param variables variables with known values, by the name of their node
 * @param topLevel names of the nodes that can be fed and fetched from outside
 */
public record CallableGraph(
    String name,
    Graph graph,
    List<Signature> signatures,
    Map<String, Weight> variables,
    Set<String> topLevel) {
  public CallableGraph {
    signatures = List.copyOf(signatures);
    variables = Map.copyOf(variables);
    topLevel = Set.copyOf(topLevel);
  }
}
