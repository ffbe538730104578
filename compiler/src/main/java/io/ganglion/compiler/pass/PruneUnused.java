package io.ganglion.compiler.pass;

import io.ganglion.compiler.graph.Node;
import java.util.List;
import java.util.Set;

/**
 * Removes all that the output does not need: loss, labels and their inputs, initializers, saver,
 * summaries, and assertions, which are connected only by control edges.
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
    return program.with(kept);
  }
}
