package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Compiles damaged sources, which end in a sentence or in an artifact. */
final class Mutants {
  private Mutants() {}

  /**
   * Compiles the damaged source. Returns whether that succeeded.
   *
   * @param temp an own directory, in which nothing may be left
   */
  static boolean compile(Path mutant, Path temp, String what) throws IOException {
    Path output = temp.resolve("output");
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    int code;
    try {
      code =
          CompilerMain.run(
              "compile",
              "--model",
              mutant.toString(),
              "--output",
              output.toString(),
              "--precision",
              "fp32");
    } finally {
      System.setErr(before);
    }
    String said = errors.toString(StandardCharsets.UTF_8);
    System.out.println(what + " -> " + code + " " + said.lines().reduce((a, b) -> b).orElse(""));
    assertThat(code).as(what + said).isIn(0, 1);
    assertThat(said).as(what).doesNotContain("fault of the compiler");
    assertThat(Files.exists(output)).as(what).isEqualTo(code == 0);
    if (code == 0) {
      delete(output);
    } else {
      assertThat(said.lines().filter(line -> line.startsWith("compiler: "))).as(what).hasSize(1);
    }
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files.filter(file -> file.toString().contains(".tmp-"))).as(what).isEmpty();
    }
    return code == 0;
  }

  static Path copy(Path source, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(source.relativize(file).toString()));
      }
    }
    return to;
  }

  static void delete(Path directory) throws IOException {
    MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
  }
}
