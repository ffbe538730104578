package io.ganglion.cli;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Turns errors into sentences on one line. */
final class Sentences {
  private Sentences() {}

  /** Says what went wrong. The JDK's file system exceptions have only a path as their message. */
  static String of(Throwable e) {
    if (e instanceof UncheckedIOException && e.getCause() != null) {
      return of(e.getCause());
    }
    if (e instanceof FileSystemException file && file.getFile() != null) {
      return file.getFile() + " " + why(file);
    }
    String message = e.getMessage();
    return message == null || message.isBlank() ? "Failed with " + e : message;
  }

  private static String why(FileSystemException e) {
    if (e instanceof NoSuchFileException) {
      return "does not exist";
    }
    if (e instanceof AccessDeniedException) {
      return "may not be read or written by this user";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "exists already";
    }
    if (e instanceof NotDirectoryException) {
      return "is not a directory";
    }
    return "cannot be used: " + (e.getReason() == null ? e.toString() : e.getReason());
  }

  /** Puts a text on one line and ends it with a full stop. */
  static String whole(String message) {
    String line = message.strip().replaceAll("\\s*\\R\\s*", " ");
    return line.isEmpty() || ".!?".indexOf(line.charAt(line.length() - 1)) >= 0 ? line : line + ".";
  }
}
