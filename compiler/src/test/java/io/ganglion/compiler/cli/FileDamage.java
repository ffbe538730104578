package io.ganglion.compiler.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Damages any file. Each method returns a description of what it did. */
final class FileDamage {
  private FileDamage() {}

  static String flip(Path file, SplittableRandom random) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int flips = 1 + random.nextInt(4);
    for (int i = 0; i < flips; i++) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    Files.write(file, bytes);
    return flips + " bits flipped in " + file.getFileName();
  }

  static String cut(Path file, SplittableRandom random) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int length = random.nextInt(bytes.length);
    Files.write(file, Arrays.copyOf(bytes, length));
    return file.getFileName() + " cut to " + length + " bytes";
  }
}
