package io.ganglion.compiler.source;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One kind of source. It is found by {@link java.util.ServiceLoader}, so that adding one needs its
 * own package and one line in {@code META-INF/services/io.ganglion.compiler.source.SourceFormat}.
 * Stateless.
 */
public interface SourceFormat {
  /** What a user gives, to be named beside others: "the directory of a SavedModel". */
  String expects();

  /** Whether that is what lies at this path, by names alone: nothing is read. */
  boolean accepts(Path path);

  /**
   * Reads it and finds the classifier in it, in phases of {@code progress}.
   *
   * @param scope which classifier, where it holds several; null for the only one
   */
  Source open(Path path, @Nullable String scope, Progress progress) throws CompileException;

  /**
   * What there is to tell of it, compilable or not: names to texts, numbers, truth values, lists
   * and maps of the same kind, in the order of telling.
   *
   * @param scope as in {@link #open}
   */
  Map<String, Object> describe(Path path, @Nullable String scope) throws CompileException;
}
