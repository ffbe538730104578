package io.ganglion.compiler.inspect;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.source.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells what lies at a path: an artifact, or any kind of source. */
public final class Inspection {
  private Inspection() {}

  /**
   * What there is to tell: names to texts, numbers, truth values, lists and maps of the same kind.
   *
   * @param scope which classifier of a source to tell of; null for the only one
   */
  public static Map<String, Object> describe(Path path, @Nullable String scope)
      throws CompileException {
    if (!Files.isDirectory(path) || !Files.exists(path.resolve("manifest.json"))) {
      return Sources.installed().describe(path, scope);
    }
    if (scope != null) {
      throw new CompileException(path + " is an artifact, of one classifier: it has no scopes.");
    }
    return ArtifactInspection.describe(path);
  }
}
