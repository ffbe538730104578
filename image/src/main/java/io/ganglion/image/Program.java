package io.ganglion.image;

import java.nio.file.Path;
import java.util.List;

/**
 * A program to be put into an image.
 *
 * @param name name of the program and of its image
 * @param distribution folder with the program's {@code lib}
 * @param bill bill of materials, which goes into the image
 * @param mainClass class to start
 * @param jvmFlags flags of its JVM, as its launcher has them
 * @param ports ports to be named in the image
 */
record Program(
    String name,
    Path distribution,
    Path bill,
    String mainClass,
    List<String> jvmFlags,
    List<Integer> ports) {
  Program {
    jvmFlags = List.copyOf(jvmFlags);
    ports = List.copyOf(ports);
  }

  Path library() {
    return distribution.resolve("lib");
  }
}
