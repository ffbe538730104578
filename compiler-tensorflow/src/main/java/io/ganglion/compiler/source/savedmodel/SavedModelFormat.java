package io.ganglion.compiler.source.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.recognise.Recognised;
import io.ganglion.compiler.savedmodel.SavedModelReader;
import io.ganglion.compiler.savedmodel.SourceModel;
import io.ganglion.compiler.source.Source;
import io.ganglion.compiler.source.SourceFormat;
import io.ganglion.compiler.source.TensorFlowFiles;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads SavedModels and frozen graphs. */
public final class SavedModelFormat implements SourceFormat {
  @Override
  public String expects() {
    return "a SavedModel's directory, which holds "
        + TensorFlowFiles.SAVED_MODEL
        + ", or a frozen GraphDef (.pb)";
  }

  @Override
  public boolean accepts(Path path) {
    return TensorFlowFiles.holdGraph(path);
  }

  @Override
  public Optional<String> mistaken(Path path) {
    return TensorFlowFiles.checkpoint(path)
        .map(
            prefix ->
                path
                    + " is a TensorFlow checkpoint, which has weights and no graph; write "
                    + prefix
                    + " as a SavedModel by `compiler convert-checkpoint` first.");
  }

  @Override
  public Source open(Path path, @Nullable String scope, Progress progress) throws CompileException {
    SourceModel read = progress.run("Read the source", () -> SavedModelReader.read(path));
    Recognised recognised =
        progress.run("Recognise BERT", () -> SavedModelSource.recognise(read, scope));
    return new SavedModelSource(read, recognised);
  }

  @Override
  public Map<String, Object> describe(Path path, @Nullable String scope) throws CompileException {
    return SavedModelInspection.describe(SavedModelReader.read(path), scope);
  }
}
