package io.ganglion.compiler.onnx.run;

import io.ganglion.compiler.onnx.OnnxNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run of one node.
 *
 * @param node the node
 * @param opset version of ONNX's operators
 * @param inputs null where an input is left out
 */
record Call(OnnxNode node, long opset, List<@Nullable Tensor> inputs) {
  Tensor input(int index) {
    Tensor input = optional(index);
    if (input == null) {
      throw new Unfit("its input " + index + " is missing");
    }
    return input;
  }

  @Nullable Tensor optional(int index) {
    return index < inputs.size() ? inputs.get(index) : null;
  }

  /**
   * Integers that newer operator sets take as an input and older ones as an attribute; null if they
   * are left out.
   */
  long @Nullable [] integers(int input, String attribute) {
    Tensor given = optional(input);
    if (given != null) {
      return given.integers();
    }
    List<Long> listed = node.integers(attribute);
    return listed == null ? null : listed.stream().mapToLong(Long::longValue).toArray();
  }
}
