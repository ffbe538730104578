package io.ganglion.compiler.onnx;

import java.util.List;

/** The value of a node's attribute. */
public sealed interface OnnxAttribute {
  /** An integer. */
  record Int(long value) implements OnnxAttribute {}

  /** A real number. */
  record Real(float value) implements OnnxAttribute {}

  /** A text. */
  record Text(String value) implements OnnxAttribute {}

  /** A list of integers. */
  record Ints(List<Long> values) implements OnnxAttribute {
    public Ints {
      values = List.copyOf(values);
    }
  }

  /** A list of real numbers. */
  record Reals(List<Float> values) implements OnnxAttribute {
    public Reals {
      values = List.copyOf(values);
    }
  }

  /** A constant. */
  record Constant(OnnxTensor tensor) implements OnnxAttribute {}

  /** A graph inside of a node, as a condition or a loop has. It is not read. */
  record Subgraph() implements OnnxAttribute {}

  /** Anything else, such as a list of texts. It is not read. */
  record Other() implements OnnxAttribute {}
}
