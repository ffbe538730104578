package io.ganglion.compiler;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.io.Files;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Names a source by its content. */
final class SourceDigest {
  private SourceDigest() {}

  /** sha256 over the names and digests of all files of a source, hexadecimal. */
  static String of(Path source) throws CompileException {
    Hasher all = Hashing.sha256().newHasher();
    try {
      for (Path file : files(source)) {
        String name = source.relativize(file).toString().replace('\\', '/');
        all.putString(name + "\n", StandardCharsets.UTF_8);
        all.putBytes(Files.asByteSource(file.toFile()).hash(Hashing.sha256()).asBytes());
      }
    } catch (IOException e) {
      throw new CompileException("The source " + source + " cannot be read: " + e, e);
    }
    return all.hash().toString();
  }

  private static List<Path> files(Path source) throws IOException {
    try (Stream<Path> walk = java.nio.file.Files.walk(source)) {
      return walk.filter(java.nio.file.Files::isRegularFile).sorted().toList();
    }
  }
}
