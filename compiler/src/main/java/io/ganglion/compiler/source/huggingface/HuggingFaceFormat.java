package io.ganglion.compiler.source.huggingface;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.source.Source;
import io.ganglion.compiler.source.SourceFormat;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads folders of {@code transformers} and {@code sentence-transformers}. */
public final class HuggingFaceFormat implements SourceFormat {
  /** An id on huggingface.co: a name, mostly behind its owner's. */
  private static final String ID = "[A-Za-z0-9][\\w.-]*(/[A-Za-z0-9][\\w.-]*)?";

  @Override
  public String expects() {
    return "a HuggingFace folder, which holds config.json and model.safetensors";
  }

  @Override
  public boolean accepts(Path path) {
    return FolderModel.accepts(path);
  }

  @Override
  public Optional<String> advice(Path missing) {
    String id = missing.toString().replace('\\', '/');
    return id.matches(ID)
        ? Optional.of(
            "If %s is a model on huggingface.co, download it first (hf download %s --local-dir %s)"
                    .formatted(id, id, missing.getFileName())
                + " and give that folder.")
        : Optional.empty();
  }

  @Override
  public Source open(Path path, @Nullable String scope, Progress progress) throws CompileException {
    requireNoScope(path, scope);
    FolderModel model = progress.run("Read the source", () -> FolderModel.read(path));
    model.notes().forEach(progress::note);
    return HuggingFaceSource.of(model);
  }

  @Override
  public Map<String, Object> describe(Path path, @Nullable String scope) throws CompileException {
    requireNoScope(path, scope);
    return FolderInspection.describe(path);
  }

  private static void requireNoScope(Path path, @Nullable String scope) throws CompileException {
    if (scope != null) {
      throw new CompileException(
          path + " is a HuggingFace folder, of one model: it has no scopes.");
    }
  }
}
