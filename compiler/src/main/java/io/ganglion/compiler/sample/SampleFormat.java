package io.ganglion.compiler.sample;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** A form in which sample models are written, found by {@link ServiceLoader}. Stateless. */
public interface SampleFormat {
  /** The installed form of this name, if there is one. */
  static Optional<SampleFormat> named(String name) {
    return ServiceLoader.load(SampleFormat.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(format -> format.name().equals(name))
        .findFirst();
  }

  /** Its name for users, in lower case. */
  String name();

  /**
   * Writes a model into a directory that must not exist.
   *
   * @param vocabulary pieces, as many as the dimensions say
   */
  void write(Path directory, SampleConfig config, List<String> vocabulary, Progress progress)
      throws CompileException;
}
