package io.ganglion.compiler.onnx;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph whose tensors each come from one node, one constant or one input.
 *
 * @param nodes each after the nodes whose tensors it reads
 * @param constants initializers by name
 * @param inputs what is fed, without the constants that some exporters list there too
 * @param outputs what it gives
 */
public record OnnxGraph(
    List<OnnxNode> nodes,
    Map<String, OnnxTensor> constants,
    List<Value> inputs,
    List<Value> outputs) {
  /**
   * An input or an output.
   *
   * @param name name of its tensor
   * @param type of its elements
   * @param known whether the number of axes is known
   * @param shape sizes of its axes, -1 where unknown
   */
  public record Value(String name, OnnxType type, boolean known, List<Long> shape) {
    public Value {
      shape = List.copyOf(shape);
    }
  }

  public OnnxGraph {
    nodes = List.copyOf(nodes);
    constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
