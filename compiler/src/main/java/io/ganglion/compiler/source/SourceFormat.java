package io.ganglion.compiler.source;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One kind of source, found by {@link java.util.ServiceLoader}. To add one, write a package and a
 * line in {@code META-INF/services/io.ganglion.compiler.source.SourceFormat}. Stateless.
 */
public interface SourceFormat {
  /** What a user must give, for a list in messages: "the directory of a SavedModel". */
  String expects();

  /** A sentence for whoever gives a path that is not there, if this kind can tell what is meant. */
  default Optional<String> advice(Path missing) {
    return Optional.empty();
  }

  /**
   * What is wrong with a path that no kind of source accepts, if this kind knows what it is: a
   * sentence that says what to do. Looks only at names and reads no file.
   */
  default Optional<String> mistaken(Path path) {
    return Optional.empty();
  }

  /** Whether this path holds such a source. Looks only at names and reads no file. */
  boolean accepts(Path path);

  /**
   * Reads the source and finds its classifier. Reports phases to {@code progress}.
   *
   * @param scope which classifier, if the source holds several; null for the only one
   */
  Source open(Path path, @Nullable String scope, Progress progress) throws CompileException;

  /**
   * Describes the source, even if it cannot be compiled: maps names to texts, numbers, booleans,
   * lists and maps of these, in the order of display.
   *
   * @param scope see {@link #open}
   */
  Map<String, Object> describe(Path path, @Nullable String scope) throws CompileException;
}
