package io.ganglion.compiler.savedmodel;

import io.ganglion.compiler.CompileException;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * What a graph may still take while it is made flat. A function that is called twice by each of
 * many others has few bytes in the file and as many nodes, edges and letters of names as it likes.
 * Not thread-safe; used once.
 */
final class ImportBudget {
  /** Far above BERT-Large with all its training nodes (about 30,000). */
  static final int MAX_NODES = 500_000;

  /** Ten a node; a node of a model has three. */
  static final int MAX_EDGES = 10 * MAX_NODES;

  /** BERT-Large with all its training nodes has 10 million. */
  static final long MAX_LETTERS = 128 << 20;

  private int nodes;
  private long edges;
  private long letters;

  /** Takes a node, its edges and the names that it makes: those begin with the call's name. */
  void node(String prefix, NodeDef def, int outerControls) throws CompileException {
    take(1, (long) def.getInputCount() + outerControls);
    letters(prefix, def.getName());
    for (String input : def.getInputList()) {
      letters(prefix, input);
    }
  }

  /** Takes a call that is replaced by the function's nodes, which take what they need. */
  void call(String name, FunctionDef body) throws CompileException {
    take(1, body.getSignature().getOutputArgCount());
    for (OpDef.ArgDef argument : body.getSignature().getInputArgList()) {
      letters(name, argument.getName());
    }
    // The operators of all its nodes are noted before the first node is added.
    take(0, body.getNodeDefCount());
    for (NodeDef node : body.getNodeDefList()) {
      letters(name, node.getName());
    }
  }

  private void take(int moreNodes, long moreEdges) throws CompileException {
    nodes += moreNodes;
    edges += moreEdges;
    if (nodes > MAX_NODES) {
      throw tooLarge(MAX_NODES + " nodes");
    }
    if (edges > MAX_EDGES) {
      throw tooLarge(MAX_EDGES + " edges");
    }
  }

  private void letters(String prefix, String name) throws CompileException {
    letters += prefix.length() + name.length();
    if (letters > MAX_LETTERS) {
      throw tooLarge(MAX_LETTERS + " letters in names");
    }
  }

  private static CompileException tooLarge(String what) {
    return new CompileException(
        "The graph has more than "
            + what
            + ", functions counted once a call: it is damaged or no model; export it again.");
  }
}
