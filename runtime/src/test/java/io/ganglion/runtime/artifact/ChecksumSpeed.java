package io.ganglion.runtime.artifact;

import java.nio.file.Path;

/** Prints how long a file's checksum takes, cold code and warm. Not a test: run its main. */
final class ChecksumSpeed {
  private ChecksumSpeed() {}

  public static void main(String[] args) throws Exception {
    for (int i = 0; i < 4; i++) {
      long start = System.nanoTime();
      FileEntry entry = Checksums.of(Path.of(args[0]));
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "%.0f MB in %.2f s: %.2f GB/s%n",
          entry.bytes() / 1e6, seconds, entry.bytes() / seconds / 1e9);
    }
  }
}
