package io.ganglion.compiler.onnx;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One operator of an ONNX graph.
 *
 * @param name its name in messages; never empty
 * @param op the operator's name
 * @param domain the operator's set; empty for ONNX's own
 * @param inputs names of tensors; an empty name is an input that is left out
 * @param outputs names of tensors; an empty name is an output that nobody reads
 * @param attributes by name
 */
public record OnnxNode(
    String name,
    String op,
    String domain,
    List<String> inputs,
    List<String> outputs,
    Map<String, OnnxAttribute> attributes) {
  /** ONNX Runtime's own operators. */
  public static final String MICROSOFT = "com.microsoft";

  public OnnxNode {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    attributes = Map.copyOf(attributes);
  }

  /** The operator's name with its set, if it is not ONNX's own. */
  public String fullOp() {
    return domain.isEmpty() ? op : domain + "." + op;
  }

  /** Whether the operator is one of these of ONNX's own. */
  public boolean is(String... ops) {
    return domain.isEmpty() && List.of(ops).contains(op);
  }

  /** The name of an input; null if it is left out. */
  public @Nullable String input(int index) {
    return index < inputs.size() && !inputs.get(index).isEmpty() ? inputs.get(index) : null;
  }

  /** An integer, or the given one if absent. */
  public long integer(String attribute, long absent) {
    return attributes.get(attribute) instanceof OnnxAttribute.Int number ? number.value() : absent;
  }

  /** A real number, or the given one if absent. */
  public double real(String attribute, double absent) {
    return attributes.get(attribute) instanceof OnnxAttribute.Real number ? number.value() : absent;
  }

  /** A text, or the given one if absent. */
  public String text(String attribute, String absent) {
    return attributes.get(attribute) instanceof OnnxAttribute.Text text ? text.value() : absent;
  }

  /** A list of integers; null if absent. */
  public @Nullable List<Long> integers(String attribute) {
    return attributes.get(attribute) instanceof OnnxAttribute.Ints list ? list.values() : null;
  }

  /** A constant; null if absent. */
  public @Nullable OnnxTensor constant(String attribute) {
    return attributes.get(attribute) instanceof OnnxAttribute.Constant constant
        ? constant.tensor()
        : null;
  }

  /** As messages name it. */
  @Override
  public String toString() {
    return "node " + name + " (" + fullOp() + ")";
  }
}
