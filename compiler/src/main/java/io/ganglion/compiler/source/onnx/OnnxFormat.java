package io.ganglion.compiler.source.onnx;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.source.Source;
import io.ganglion.compiler.source.SourceFormat;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads ONNX files. */
public final class OnnxFormat implements SourceFormat {
  @Override
  public String expects() {
    return "an ONNX file (.onnx) or the folder of one";
  }

  @Override
  public boolean accepts(Path path) {
    return OnnxFiles.isAt(path);
  }

  @Override
  public Source open(Path path, @Nullable String scope, Progress progress) throws CompileException {
    OnnxFiles files = OnnxFiles.at(path);
    ReadGraph read = progress.run("Read the source", () -> ReadGraph.of(files.model()));
    return progress.run(
        "Recognise BERT", () -> OnnxSource.recognise(path, files, read, scope, progress));
  }

  @Override
  public Map<String, Object> describe(Path path, @Nullable String scope) throws CompileException {
    return OnnxInspection.describe(path, scope);
  }
}
