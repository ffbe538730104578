package io.ganglion.compiler.source;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Computes a digest of a source's content. Used once, by one thread. */
public final class SourceDigest {
  private static final int CHUNK_BYTES = 1 << 20;

  private final Progress progress;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private long totalBytes;
  private long doneBytes;

  private SourceDigest(Progress progress) {
    this.progress = progress;
  }

  /** sha256 over the names and digests of all files of a source, hexadecimal. */
  static String of(Path source, Progress progress) throws CompileException {
    return of(source, file -> true, progress);
  }

  /** sha256 over the names and digests of some files of a source, hexadecimal. */
  public static String of(Path source, Predicate<Path> files, Progress progress)
      throws CompileException {
    try {
      // A walk does not follow the link that it starts at.
      return new SourceDigest(progress).digest(source.toRealPath(), files);
    } catch (IOException | UncheckedIOException e) {
      throw new CompileException("The source " + source + " cannot be read: " + e, e);
    }
  }

  /** sha256 over the names, without folders, and digests of these files, hexadecimal. */
  public static String of(List<Path> files, Progress progress) throws CompileException {
    try {
      return new SourceDigest(progress).digest(files, Path::getFileName);
    } catch (IOException e) {
      throw new CompileException("A file of the source cannot be read: " + e, e);
    }
  }

  private String digest(Path source, Predicate<Path> wanted) throws IOException {
    try (Stream<Path> walk = Files.walk(source)) {
      return digest(
          walk.filter(Files::isRegularFile).filter(wanted).sorted().toList(), source::relativize);
    }
  }

  private String digest(List<Path> files, UnaryOperator<Path> name) throws IOException {
    for (Path file : files) {
      totalBytes += Files.size(file);
    }
    Hasher all = Hashing.sha256().newHasher();
    for (Path file : files) {
      String called = name.apply(file).toString().replace('\\', '/');
      all.putString(called + "\n", StandardCharsets.UTF_8);
      all.putBytes(sha256(file));
    }
    return all.hash().toString();
  }

  private byte[] sha256(Path file) throws IOException {
    Hasher hasher = Hashing.sha256().newHasher();
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        hasher.putBytes(chunk, 0, count);
        doneBytes += count;
        progress.at(doneBytes, totalBytes);
      }
    }
    return hasher.hash().asBytes();
  }
}
