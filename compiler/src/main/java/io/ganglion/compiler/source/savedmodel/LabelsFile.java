package io.ganglion.compiler.source.savedmodel;

import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The names of the labels that a source brings with it, as {@code tune} and {@code export} write
 * them.
 */
public final class LabelsFile {
  private LabelsFile() {}

  /** The lines of {@code assets/labels.txt}, or 0, 1, ... where the source has no such file. */
  public static List<String> find(Path source, int labels) throws CompileException {
    Path file = source.resolve("assets").resolve("labels.txt");
    if (!Files.isRegularFile(file)) {
      return IntStream.range(0, labels).mapToObj(Integer::toString).toList();
    }
    try {
      List<String> names = Files.readAllLines(file);
      if (names.size() != labels) {
        throw new CompileException(
            "%s names %d labels, but the model has %d; name them with --labels."
                .formatted(file, names.size(), labels));
      }
      return names;
    } catch (IOException e) {
      throw new CompileException(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }
}
