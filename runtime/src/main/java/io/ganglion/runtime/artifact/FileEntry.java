package io.ganglion.runtime.artifact;

import java.util.regex.Pattern;

/**
 * What the manifest says about a file.
 *
 * @param bytes its size
 * @param sha256 of its bytes, 64 hexadecimal digits in lower case
 */
record FileEntry(long bytes, String sha256) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  FileEntry {
    if (bytes < 0) {
      throw new IllegalArgumentException("A file has a negative size: " + bytes);
    }
    if (!isSha256(sha256)) {
      throw new IllegalArgumentException("Not a sha256 in hexadecimal: " + sha256);
    }
  }

  static boolean isSha256(String text) {
    return SHA256.matcher(text).matches();
  }
}
