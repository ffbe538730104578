package io.ganglion.compiler.graph;

/**
 * An output of a node.
 *
 * @param node name of the node
 * @param port number of the output, from 0
 */
public record TensorRef(String node, int port) {
  /** The first output of a node. */
  public static TensorRef of(String node) {
    return new TensorRef(node, 0);
  }

  /** Parses {@code name} or {@code name:port}. */
  public static TensorRef parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      return new TensorRef(text, 0);
    }
    try {
      return new TensorRef(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not the name of a tensor.", e);
    }
  }

  @Override
  public String toString() {
    return node + ":" + port;
  }
}
