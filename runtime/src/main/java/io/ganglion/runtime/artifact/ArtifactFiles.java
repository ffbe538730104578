package io.ganglion.runtime.artifact;

import io.ganglion.runtime.artifact.ArtifactException.Reason;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.SortedSet;
import java.util.TreeSet;

/** The names in an artifact's directory. */
final class ArtifactFiles {
  static final String MANIFEST = "manifest.json";
  static final String WEIGHTS = "weights.safetensors";
  static final String TOKENIZER = "tokenizer.json";
  static final String GOLDEN = "golden.safetensors";

  private ArtifactFiles() {}

  /**
   * All files below {@code directory} but the manifest, with '/' between names. Names that begin
   * with a dot and {@code lost+found} are left out: they belong to the system or an editor.
   */
  static SortedSet<String> list(Path directory) throws ArtifactException {
    SortedSet<String> names = new TreeSet<>();
    SimpleFileVisitor<Path> visitor =
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            return !path.equals(directory) && isForeign(path)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            if (!isForeign(path)) {
              names.add(directory.relativize(path).toString().replace('\\', '/'));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException e) throws IOException {
            if (isForeign(path)) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        };
    try {
      Files.walkFileTree(
          directory, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, visitor);
    } catch (IOException e) {
      throw new ArtifactException(
          Reason.IO, "Cannot list " + directory + ": " + IoMessage.of(e), e);
    }
    names.remove(MANIFEST);
    return names;
  }

  private static boolean isForeign(Path path) {
    String name = path.getFileName().toString();
    return name.startsWith(".") || name.equals("lost+found");
  }

  /** Whether {@code name} is the canonical name of a file below the directory. */
  static boolean isPlain(String name) {
    for (String part : name.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return false;
      }
    }
    try {
      return name.indexOf('\\') < 0 && !name.equals(MANIFEST) && !Path.of(name).isAbsolute();
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
