package io.ganglion.compiler.source.onnx;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.onnx.OnnxModel;
import io.ganglion.compiler.onnx.OnnxReader;
import io.ganglion.compiler.onnx.run.GraphRun;
import java.nio.file.Path;

/**
 * A file that was read and can be run.
 *
 * @param model what the file holds
 * @param run runs it
 */
record ReadGraph(OnnxModel model, GraphRun run) {
  static ReadGraph of(Path file) throws CompileException {
    OnnxModel model = OnnxReader.read(file);
    return new ReadGraph(model, GraphRun.of(model));
  }
}
