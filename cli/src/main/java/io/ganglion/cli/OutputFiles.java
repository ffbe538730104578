package io.ganglion.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** Checks the files that a program will write, before it starts long work. */
public final class OutputFiles {
  private OutputFiles() {}

  /**
   * Checks that a file can be written, as far as possible without touching it.
   *
   * @param flag the flag that names it
   * @throws FailureException if it cannot
   */
  public static void requireWritable(String flag, Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || parent == null) {
      throw failure(flag, file, "it is a directory; name a file");
    }
    if (Files.exists(file)) {
      if (!Files.isWritable(file)) {
        throw failure(flag, file, "this user may not write to it");
      }
    } else if (!Files.isDirectory(parent)) {
      throw failure(flag, file, "there is no directory " + parent + "; make it first");
    } else if (!Files.isWritable(parent)) {
      throw failure(flag, file, "this user may not write to " + parent);
    }
  }

  private static FailureException failure(String flag, Path file, String why) {
    return new FailureException("Cannot write %s %s: %s.".formatted(flag, file, why));
  }
}
