package io.ganglion.compiler.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * TensorFlow's files by their names, known also to programs that cannot read them. Reads no file.
 */
public final class TensorFlowFiles {
  /** The graph in a SavedModel's directory. */
  public static final String SAVED_MODEL = "saved_model.pb";

  private static final Pattern CHECKPOINT_PART =
      Pattern.compile("(.+)\\.(?:index|meta|data-\\d+-of-\\d+)");

  private TensorFlowFiles() {}

  /** Whether a path is a SavedModel's directory or a frozen graph. */
  public static boolean holdGraph(Path path) {
    return Files.isDirectory(path)
        ? Files.isRegularFile(path.resolve(SAVED_MODEL))
        : path.toString().endsWith(".pb");
  }

  /**
   * The prefix of the checkpoint that this path belongs to: one of its files, its prefix itself, or
   * a directory that holds it. In a directory the last by name is taken.
   */
  public static Optional<Path> checkpoint(Path path) {
    if (Files.isDirectory(path)) {
      try (Stream<Path> files = Files.list(path)) {
        return files
            .filter(file -> file.toString().endsWith(".index"))
            .max(Comparator.naturalOrder())
            .flatMap(TensorFlowFiles::ofPart);
      } catch (IOException e) {
        return Optional.empty(); // what cannot be listed is no checkpoint that we know of
      }
    }
    return ofPart(path);
  }

  /** What a path is, if it is TensorFlow's. */
  static Optional<String> name(Path path) {
    if (holdGraph(path)) {
      return Optional.of((Files.isDirectory(path) ? "The SavedModel " : "The graph ") + path);
    }
    return checkpoint(path).map(prefix -> "The checkpoint " + prefix);
  }

  private static Optional<Path> ofPart(Path file) {
    Matcher part = CHECKPOINT_PART.matcher(String.valueOf(file.getFileName()));
    return part.matches() ? Optional.of(file.resolveSibling(part.group(1))) : Optional.empty();
  }
}
