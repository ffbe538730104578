package io.ganglion.engine.model;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds what to serve in a directory: an artifact, or a folder of numbered artifacts. */
public final class Versions {
  private static final String MANIFEST = "manifest.json";

  private Versions() {}

  /**
   * An artifact to serve.
   *
   * @param directory directory of the artifact
   * @param number number of its version; empty if the given directory is itself the artifact
   */
  public record Version(Path directory, Optional<Long> number) {
    /** The number as text, or an empty text. */
    public String text() {
      return number.map(String::valueOf).orElse("");
    }
  }

  /**
   * The artifact itself, or the highest numbered artifact below.
   *
   * @throws ModelException if there is neither
   */
  public static Version latest(Path directory) throws ModelException {
    if (!Files.isDirectory(directory)) {
      throw new ModelException(
          directory + " is not a directory: a compiled model is a directory with a manifest.json.");
    }
    if (Files.exists(directory.resolve(MANIFEST))) {
      return new Version(directory, Optional.empty());
    }
    return highest(directory)
        .orElseThrow(
            () ->
                new ModelException(
                    directory
                        + " is neither a compiled model (it has no manifest.json) nor a folder of"
                        + " numbered versions; make one with: compiler compile"));
  }

  /**
   * Names, sizes and times of a version's files. It differs as soon as a file changes. Links are
   * followed: a version that is a link is another, too, when it points elsewhere.
   */
  public static String state(Path version) throws ModelException {
    // A walk by itself does not follow the link that it starts at.
    try (Stream<Path> files = Files.walk(version.toRealPath(), FileVisitOption.FOLLOW_LINKS)) {
      StringBuilder state = new StringBuilder();
      for (Path file : files.sorted().toList()) {
        // A link may point to what is still to be copied.
        BasicFileAttributes attributes =
            Files.exists(file)
                ? Files.readAttributes(file, BasicFileAttributes.class)
                : Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        state.append(file).append(' ').append(attributes.size()).append(' ');
        state.append(attributes.lastModifiedTime()).append('\n');
      }
      return state.toString();
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new ModelException(version + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The highest numbered directory that holds a manifest. */
  public static Optional<Version> highest(Path directory) throws ModelException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(entry -> entry.getFileName().toString().matches("\\d{1,18}"))
          .filter(entry -> Files.exists(entry.resolve(MANIFEST)))
          .map(
              entry ->
                  new Version(entry, Optional.of(Long.valueOf(entry.getFileName().toString()))))
          .max(Comparator.comparing(version -> version.number().orElse(-1L)));
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new ModelException(directory + " cannot be read: " + e.getMessage(), e);
    }
  }
}
