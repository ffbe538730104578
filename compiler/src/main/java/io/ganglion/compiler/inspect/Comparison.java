package io.ganglion.compiler.inspect;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.source.SourceDigest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says how two artifacts differ, or two sources of any kinds. */
public final class Comparison {
  private Comparison() {}

  /** The differences, one line for each. */
  public static List<String> of(Path first, Path second) throws CompileException {
    boolean artifact = Inspection.isArtifact(first);
    if (artifact != Inspection.isArtifact(second)) {
      throw new CompileException(
          "%s is an artifact and %s is none; compare two artifacts, or two sources."
              .formatted(artifact ? first : second, artifact ? second : first));
    }
    return artifact ? ArtifactDiff.compare(first, second) : sources(first, second);
  }

  private static List<String> sources(Path first, Path second) throws CompileException {
    List<String> differences = new ArrayList<>();
    ReportDiff.add("source", report(first), report(second), differences);
    if (!digest(first).equals(digest(second))) {
      differences.add("files: their names or contents differ");
    }
    return differences;
  }

  private static Map<String, Object> report(Path path) throws CompileException {
    Map<String, Object> report = new LinkedHashMap<>(Inspection.describe(path, null));
    report.remove("path");
    return report;
  }

  private static String digest(Path path) throws CompileException {
    return SourceDigest.of(path, file -> true, Progress.SILENT);
  }
}
