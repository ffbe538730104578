package io.ganglion.compiler.source.savedmodel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of a TensorFlow checkpoint, as people name them instead of a model. */
final class CheckpointFiles {
  private static final Pattern PART = Pattern.compile("(.+)\\.(?:index|meta|data-\\d+-of-\\d+)");

  private CheckpointFiles() {}

  /**
   * The prefix of the checkpoint that this path belongs to: one of its files, its prefix itself, or
   * a directory that holds it. In a directory the last by name is taken.
   */
  static Optional<Path> prefix(Path path) {
    if (Files.isDirectory(path)) {
      try (Stream<Path> files = Files.list(path)) {
        return files
            .filter(file -> file.toString().endsWith(".index"))
            .max(Comparator.naturalOrder())
            .flatMap(CheckpointFiles::ofPart);
      } catch (IOException e) {
        return Optional.empty(); // what cannot be listed is no checkpoint that we know of
      }
    }
    return ofPart(path);
  }

  private static Optional<Path> ofPart(Path file) {
    Matcher part = PART.matcher(String.valueOf(file.getFileName()));
    return part.matches() ? Optional.of(file.resolveSibling(part.group(1))) : Optional.empty();
  }
}
