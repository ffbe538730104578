package io.ganglion.compiler.pass;

import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import java.util.List;
import java.util.Set;

/**
 * Removes what the output does not need: loss, labels, initializers, saver, summaries, assertions.
 */
public final class PruneUnused implements GraphPass {
  @Override
  public Program apply(Program program) {
    Set<String> needed = program.graph().ancestors(List.of(program.output().node()));
    List<Node> kept =
        program.graph().nodes().stream()
            .filter(node -> needed.contains(node.name()))
            .map(
                node ->
                    new Node(
                        node.name(),
                        node.op(),
                        node.inputs(),
                        node.controls().stream().filter(needed::contains).toList(),
                        node.attributes()))
            .toList();
    return new Program(Graph.of(kept), program.output());
  }
}
