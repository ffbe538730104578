package io.ganglion.compiler.tune;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.file.Path;

/** Identifies files by their content. */
final class FileDigest {
  private static final int DIGITS = 12;

  private FileDigest() {}

  /** The start of a file's SHA-256. */
  static String of(Path file) throws CompileException {
    try {
      return start(MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString());
    } catch (IOException e) {
      throw new CompileException(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  /** The start of a text's SHA-256. */
  static String ofText(String text) {
    return start(Hashing.sha256().hashUnencodedChars(text).toString());
  }

  private static String start(String digest) {
    return digest.substring(0, DIGITS);
  }
}
