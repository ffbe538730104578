package io.ganglion.compiler;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A directory that appears whole or not at all. It is written beside its final place, and {@link
 * #commit} moves it there. Without a commit it is deleted by {@link #close} or when the process is
 * interrupted. Used by one thread.
 */
public final class OutputDirectory implements AutoCloseable {
  private final Path target;
  private final Path work;
  private final Interrupted onInterrupt;
  private boolean committed;

  private OutputDirectory(Path target, Path work) {
    this.target = target;
    this.work = work;
    this.onInterrupt = Interrupted.then(this::deleteAtExit);
  }

  /** Starts a directory; refuses one that exists. Parents are created. */
  public static OutputDirectory create(Path directory) throws CompileException {
    Path target = directory.toAbsolutePath().normalize();
    requireFree(target);
    Path parent = target.getParent();
    if (parent == null) {
      throw new CompileException(directory + " cannot be an output directory.");
    }
    try {
      Files.createDirectories(parent);
      Path work = Files.createTempDirectory(parent, "." + target.getFileName() + ".tmp-");
      return new OutputDirectory(target, work);
    } catch (IOException e) {
      throw new CompileException("Cannot write into " + parent + ": " + e.getMessage(), e);
    }
  }

  /** Refuses a path that exists. */
  public static void requireFree(Path target) throws CompileException {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new CompileException(
          target + " exists already; remove it or name another output directory.");
    }
  }

  /** The directory to write to. */
  public Path work() {
    return work;
  }

  /** Moves what was written into place. */
  public void commit() throws CompileException {
    requireFree(target);
    try {
      Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(work, target, StandardCopyOption.ATOMIC_MOVE);
      committed = true;
    } catch (IOException e) {
      throw new CompileException("Cannot write " + target + ": " + e.getMessage(), e);
    }
  }

  /** Deletes the directory unless it was committed. */
  @Override
  public void close() throws CompileException {
    onInterrupt.close();
    if (!committed) {
      try {
        delete();
      } catch (IOException e) {
        throw new CompileException(
            work + " is unfinished and cannot be deleted: " + e.getMessage() + "; remove it.", e);
      }
    }
  }

  private void deleteAtExit() {
    try {
      delete();
    } catch (IOException e) {
      throw new UncheckedIOException(work + " is unfinished and cannot be deleted", e);
    }
  }

  private void delete() throws IOException {
    if (Files.exists(work)) {
      MoreFiles.deleteRecursively(work, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
