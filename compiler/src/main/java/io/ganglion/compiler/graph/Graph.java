package io.ganglion.compiler.graph;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Nodes by name, in the given order. Immutable. */
public final class Graph {
  private final Map<String, Node> nodes;

  private Graph(Map<String, Node> nodes) {
    this.nodes = nodes;
  }

  /** A graph of these nodes. Two nodes with the same name are refused. */
  public static Graph of(Collection<Node> nodes) {
    Map<String, Node> byName = new LinkedHashMap<>();
    for (Node node : nodes) {
      if (byName.put(node.name(), node) != null) {
        throw new IllegalArgumentException("Two nodes have the name " + node.name() + ".");
      }
    }
    return new Graph(Collections.unmodifiableMap(byName));
  }

  /** All nodes, in order. */
  public Collection<Node> nodes() {
    return nodes.values();
  }

  public int size() {
    return nodes.size();
  }

  /** The node with this name, or null. */
  public @Nullable Node find(String name) {
    return nodes.get(name);
  }

  /** The node with this name, which must exist. */
  public Node node(String name) {
    Node node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException("The graph has no node " + name + ".");
    }
    return node;
  }

  /** The node that gives this tensor. */
  public Node node(TensorRef ref) {
    return node(ref.node());
  }

  /**
   * All nodes, each after the nodes whose tensors it reads, otherwise in order. The graph must not
   * have cycles.
   */
  public List<Node> sorted() {
    Set<String> done = new LinkedHashSet<>();
    for (String root : nodes.keySet()) {
      Deque<String> open = new ArrayDeque<>(List.of(root));
      while (!open.isEmpty()) {
        String next = firstMissing(node(open.peek()), done);
        if (next == null) {
          done.add(open.pop());
        } else if (open.size() > nodes.size()) {
          throw new IllegalArgumentException("The graph has a cycle at " + next + ".");
        } else {
          open.push(next);
        }
      }
    }
    return done.stream().map(this::node).toList();
  }

  private static @Nullable String firstMissing(Node node, Set<String> done) {
    for (TensorRef input : node.inputs()) {
      if (!done.contains(input.node())) {
        return input.node();
      }
    }
    return null;
  }

  /** For each node, the names of its readers, in order. */
  public Map<String, Set<String>> readers() {
    Map<String, Set<String>> readers = new LinkedHashMap<>();
    for (Node node : nodes.values()) {
      for (TensorRef input : node.inputs()) {
        readers.computeIfAbsent(input.node(), name -> new LinkedHashSet<>()).add(node.name());
      }
    }
    return readers;
  }

  /** Names of the given nodes and of all nodes that they need through data edges. */
  public Set<String> ancestors(Collection<String> roots) {
    Set<String> seen = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(roots);
    while (!open.isEmpty()) {
      String name = open.pop();
      if (seen.add(name)) {
        for (TensorRef input : node(name).inputs()) {
          open.push(input.node());
        }
      }
    }
    return seen;
  }
}
