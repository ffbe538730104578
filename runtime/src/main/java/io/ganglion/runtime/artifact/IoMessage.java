package io.ganglion.runtime.artifact;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Tells users why the operating system refused. */
final class IoMessage {
  private IoMessage() {}

  static String of(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file or directory.";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied.";
    }
    if (e instanceof NotDirectoryException) {
      return "it is not a directory.";
    }
    if (e instanceof FileSystemException f && f.getReason() != null) {
      return f.getReason() + ".";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
