package io.ganglion.image;

import io.ganglion.cli.FailureException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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

  /** Where the libraries come from: Debian packages with versions, or that no package has one. */
  static SortedSet<String> origins(SortedSet<Path> libraries)
      throws IOException, InterruptedException {
    SortedSet<String> found = new TreeSet<>();
    for (Path library : libraries) {
      found.add(origin(library));
    }
    return found;
  }

  private static String origin(Path library) throws IOException, InterruptedException {
    for (Path name : names(library)) {
      Optional<String> owner = owner(name);
      if (owner.isPresent()) {
        return owner.get();
      }
    }
    return library + " of no Debian package";
  }

  private static Optional<String> owner(Path file) throws IOException, InterruptedException {
    try {
      String found = Commands.run(List.of("dpkg-query", "-S", file.toString()));
      String name = found.substring(0, found.indexOf(": "));
      return Optional.of(
          Commands.run(List.of("dpkg-query", "-W", "-f", "${Package} ${Version}", name)));
    } catch (FailureException e) {
      return Optional.empty(); // no package knows it by this path
    }
  }

  /**
   * A library's paths: /lib is a link to /usr/lib, and packages know their files by one of them.
   */
  private static List<Path> names(Path library) throws IOException {
    Path real = library.toRealPath();
    Path usr = Path.of("/usr");
    List<Path> names = new ArrayList<>(List.of(library, real));
    for (Path name : List.of(library, real)) {
      names.add(
          name.startsWith(usr)
              ? Path.of("/").resolve(usr.relativize(name))
              : usr.resolve(Path.of("/").relativize(name)));
    }
    return names;
  }
}
