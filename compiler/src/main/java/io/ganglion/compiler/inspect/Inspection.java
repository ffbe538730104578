package io.ganglion.compiler.inspect;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.source.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Describes what is at a path: an artifact or any kind of source. */
public final class Inspection {
  private Inspection() {}

  /**
   * The description: names mapped to texts, numbers, booleans, and lists and maps of these.
   *
   * @param scope the classifier of a source to describe; null for the only one
   */
  public static Map<String, Object> describe(Path path, @Nullable String scope)
      throws CompileException {
    if (!isArtifact(path)) {
      return Sources.installed().describe(path, scope);
    }
    if (scope != null) {
      throw new CompileException(path + " is an artifact, of one classifier: it has no scopes.");
    }
    return ArtifactInspection.describe(path);
  }

  static boolean isArtifact(Path path) {
    return Files.isDirectory(path) && Files.exists(path.resolve("manifest.json"));
  }
}
