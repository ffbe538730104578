package io.ganglion.compiler.graph;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A way to call a SavedModel.
 *
 * @param name its name, such as serving_default
 * @param method the kind of call
 * @param inputs inputs by the caller's names
 * @param outputs outputs by the caller's names
 */
public record Signature(
    String name, String method, Map<String, Port> inputs, Map<String, Port> outputs) {
  /**
   * A tensor to feed or to fetch.
   *
   * @param tensor its name in the file
   * @param flat the same tensor in the flat graph
   * @param type of its elements
   * @param known whether the number of axes is known
   * @param shape sizes of its axes, -1 where unknown
   */
  public record Port(
      TensorRef tensor, TensorRef flat, ElementType type, boolean known, List<Long> shape) {
    public Port {
      shape = List.copyOf(shape);
    }
  }

  public Signature {
    inputs = java.util.Collections.unmodifiableMap(new TreeMap<>(inputs));
    outputs = java.util.Collections.unmodifiableMap(new TreeMap<>(outputs));
  }
}
