package io.ganglion.compiler.source;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.NeedsTensorFlow;
import io.ganglion.compiler.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The available source formats, and which of them reads a given path. Immutable. */
public final class Sources {
  private final List<SourceFormat> formats;

  private Sources(List<SourceFormat> formats) {
    this.formats = formats;
  }

  /** The formats on the class path, by name, because jars have no order. */
  public static Sources installed() {
    return of(
        ServiceLoader.load(SourceFormat.class).stream()
            .sorted(Comparator.comparing(format -> format.type().getName()))
            .map(ServiceLoader.Provider::get)
            .toList());
  }

  /** These formats, asked in this order. */
  public static Sources of(List<SourceFormat> formats) {
    return new Sources(List.copyOf(formats));
  }

  /** Reads the source at the path; see {@link SourceFormat#open}. */
  public Source open(Path path, @Nullable String scope, Progress progress) throws CompileException {
    return format(path).open(path, scope, progress);
  }

  /** Describes the source at the path; see {@link SourceFormat#describe}. */
  public Map<String, Object> describe(Path path, @Nullable String scope) throws CompileException {
    return format(path).describe(path, scope);
  }

  private SourceFormat format(Path path) throws CompileException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new CompileException(
          "There is no file or directory " + path + "; give " + expected() + "." + advice(path));
    }
    for (SourceFormat format : formats) {
      if (format.accepts(path)) {
        return format;
      }
    }
    for (SourceFormat format : formats) {
      Optional<String> mistaken = format.mistaken(path);
      if (mistaken.isPresent()) {
        throw new CompileException(mistaken.get());
      }
    }
    Optional<String> foreign = TensorFlowFiles.name(path);
    if (foreign.isPresent()) {
      throw NeedsTensorFlow.failure(foreign.get());
    }
    throw new CompileException(path + " is not " + expected() + "." + nested(path));
  }

  private String advice(Path missing) {
    return formats.stream()
        .flatMap(format -> format.advice(missing).stream())
        .map(sentence -> " " + sentence)
        .collect(Collectors.joining());
  }

  private String expected() {
    return formats.stream().map(SourceFormat::expects).collect(Collectors.joining(", or "));
  }

  /**
   * A hint if a child of the path is a source: exports are often in a directory named by their
   * time.
   */
  private String nested(Path path) throws CompileException {
    if (!Files.isDirectory(path)) {
      return "";
    }
    try (Stream<Path> children = Files.list(path)) {
      return children
          .filter(child -> formats.stream().anyMatch(format -> format.accepts(child)))
          .sorted()
          .findFirst()
          .map(child -> " Did you mean " + child + "?")
          .orElse("");
    } catch (IOException e) {
      throw new CompileException(path + " cannot be read: " + e.getMessage(), e);
    }
  }
}
