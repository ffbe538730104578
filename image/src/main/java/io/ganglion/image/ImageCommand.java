package io.ganglion.image;

import io.ganglion.cli.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A step of the build: writes a program's image. */
@Command(
    name = "image",
    description = "Writes a program's container image as a tar of an OCI layout.")
final class ImageCommand implements Callable<Integer> {
  @Option(names = "--name", required = true, description = "Name of the program.")
  private String name = "";

  @Option(
      names = "--distribution",
      required = true,
      paramLabel = "DIRECTORY",
      description = "What the build of the program wrote.")
  private Path distribution = Path.of("");

  @Option(
      names = "--bill",
      required = true,
      paramLabel = "JSON",
      description = "Its bill of materials.")
  private Path bill = Path.of("");

  @Option(names = "--main", required = true, description = "The class to start.")
  private String mainClass = "";

  @Option(
      names = "--jvm-flags",
      defaultValue = "",
      description = "Flags of the JVM, parted by blanks.")
  private String jvmFlags = "";

  @Option(names = "--port", description = "A port of the program; may be repeated.")
  private List<Integer> ports = List.of();

  @Option(
      names = "--base",
      defaultValue = "",
      description = "Image to build on; empty: none, with the C library of this system.")
  private String base = "";

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIRECTORY",
      description = "Where NAME.tar goes.")
  private Path output = Path.of("");

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!Files.isDirectory(distribution.resolve("lib"))) {
      throw new FailureException("%s is not there: build %s first.".formatted(distribution, name));
    }
    Program program =
        new Program(
            name,
            distribution.toAbsolutePath(),
            bill,
            mainClass,
            Arrays.stream(jvmFlags.split(" ")).filter(flag -> !flag.isEmpty()).toList(),
            ports);
    Path scratch = output.toAbsolutePath().resolve(name);
    empty(scratch);
    Path runtime = scratch.resolve("runtime");
    JavaRuntime.make(runtime);
    Path tar = output.toAbsolutePath().resolve(name + ".tar");
    String digest =
        new ImageWriter(program, runtime, Optional.of(base).filter(b -> !b.isEmpty()), scratch)
            .write(tar);
    System.out.printf(Locale.ROOT, "%s: %.1f MB, %s%n", tar, Files.size(tar) / 1e6, digest);
    return 0;
  }

  private static void empty(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    Files.createDirectories(folder);
  }
}
