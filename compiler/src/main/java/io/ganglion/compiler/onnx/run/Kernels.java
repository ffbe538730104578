package io.ganglion.compiler.onnx.run;

import io.ganglion.compiler.onnx.OnnxNode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All operators that can be run, by name. */
final class Kernels {
  private static final Map<String, Kernel> STANDARD = new HashMap<>();
  private static final Map<String, Kernel> MICROSOFT = new HashMap<>();

  static {
    Elementwise.addTo(STANDARD);
    Rearrange.addTo(STANDARD);
    Lookup.addTo(STANDARD);
    Reduce.addTo(STANDARD);
    Matrix.addTo(STANDARD, MICROSOFT);
    Fused.addTo(MICROSOFT);
  }

  private Kernels() {}

  /** The kernel of a node; null if its operator is not known. */
  static @Nullable Kernel of(OnnxNode node) {
    return switch (node.domain()) {
      // The optimizer of ONNX Runtime once wrote its layer norm into ONNX's own set.
      case "" -> STANDARD.get(node.op());
      case OnnxNode.MICROSOFT -> MICROSOFT.get(node.op());
      default -> null;
    };
  }
}
