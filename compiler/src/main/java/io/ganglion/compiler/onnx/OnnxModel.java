package io.ganglion.compiler.onnx;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An ONNX file.
 *
 * @param file where it was read
 * @param producer name and version of the program that wrote it; may be empty
 * @param irVersion version of the file format
 * @param opsets version of each set of operators, by its domain; ONNX's own has the empty name
 * @param graph the model
 * @param external files beside it that hold weights
 */
public record OnnxModel(
    Path file,
    String producer,
    long irVersion,
    Map<String, Long> opsets,
    OnnxGraph graph,
    List<Path> external) {
  public OnnxModel {
    opsets = Map.copyOf(opsets);
    external = List.copyOf(external);
  }

  /** The version of ONNX's own operators. */
  public long opset() {
    return opsets.getOrDefault("", 0L);
  }
}
