package io.ganglion.compiler.recognise;

import io.ganglion.compiler.graph.Node;

/** Names the first node that does not fit BERT. Leaves this package as a CompileException. */
final class Misfit extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Misfit(Node node, String why) {
    super("node " + node.name() + " (" + node.op() + "): " + why);
  }

  Misfit(String why) {
    super(why);
  }
}
