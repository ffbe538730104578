package io.ganglion.image;

import io.ganglion.cli.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A Java runtime with a few modules, made by jlink from the JDK that builds. */
final class JavaRuntime {
  /** What the programs and their libraries use; jdk.crypto.ec is found by name, for TLS. */
  private static final List<String> MODULES =
      List.of(
          "java.base",
          "java.instrument",
          "java.logging",
          "java.management",
          "java.naming",
          "java.net.http",
          "java.sql",
          "java.xml",
          "jdk.crypto.ec",
          "jdk.jfr",
          "jdk.management",
          "jdk.unsupported",
          "jdk.zipfs");

  private JavaRuntime() {}

  /**
   * Makes the runtime in a folder that must not exist. In a process of its own jlink writes the
   * same bytes each time; inside the build's JVM it does not. There is no archive of the JVM's own
   * classes, because each dump of JDK 17 is another.
   */
  static void make(Path folder) throws IOException, InterruptedException {
    Path jdk = Path.of(System.getProperty("java.home"));
    if (!Files.isDirectory(jdk.resolve("jmods"))) {
      throw new FailureException("The JDK of %s has no jmods; take one that has.".formatted(jdk));
    }
    Commands.run(
        List.of(
            jdk.resolve("bin/jlink").toString(),
            "--add-modules",
            String.join(",", MODULES),
            "--strip-debug",
            "--no-man-pages",
            "--no-header-files",
            "--vm=server",
            "--output",
            folder.toString()));
  }
}
