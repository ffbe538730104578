package io.ganglion.image;

import io.ganglion.cli.FailureException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The libraries of the building system that native files are linked with: the C library, its
 * loader, and the few beside it.
 */
final class SystemLibraries {
  /** A line of ldd: {@code libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x...)}, or the loader. */
  private static final Pattern LINE =
      Pattern.compile("(?:\\S+ => )?(/\\S+) \\(0x[0-9a-f]+\\)", Pattern.MULTILINE);

  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

  private SystemLibraries() {}

  /**
   * Paths as the loader looks for them, of libraries outside the folders.
   *
   * @param folders folders with native files; what is in them is not named
   */
  static SortedSet<Path> of(List<Path> folders) throws IOException, InterruptedException {
    SortedSet<Path> found = new TreeSet<>();
    for (Path folder : folders) {
      for (Path file : natives(folder)) {
        Matcher lines = LINE.matcher(Commands.run(List.of("ldd", file.toString())));
        while (lines.find()) {
          Path library = Path.of(lines.group(1)).normalize();
          if (folders.stream().noneMatch(library::startsWith)) {
            found.add(library);
          }
        }
      }
    }
    if (found.isEmpty()) {
      throw new FailureException("ldd names no library: an image can be built on Linux only.");
    }
    return found;
  }

  private static List<Path> natives(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        if (isNative(file)) {
          found.add(file);
        }
      }
    }
    return found;
  }

  private static boolean isNative(Path file) throws IOException {
    try (InputStream bytes = Files.newInputStream(file)) {
      return Arrays.equals(bytes.readNBytes(ELF.length), ELF);
    }
  }

  /** The Debian packages that own the libraries, as name and version; empty where dpkg is not. */
  static List<String> packages(SortedSet<Path> libraries) throws InterruptedException {
    SortedSet<String> found = new TreeSet<>();
    for (Path library : libraries) {
      try {
        String owner = Commands.run(List.of("dpkg", "-S", library.toRealPath().toString()));
        String name = owner.substring(0, owner.indexOf(": "));
        found.add(Commands.run(List.of("dpkg-query", "-W", "-f", "${Package} ${Version}", name)));
      } catch (IOException | FailureException e) {
        return List.of();
      }
    }
    return List.copyOf(found);
  }
}
