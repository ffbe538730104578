package io.ganglion.compiler.source.savedmodel;

import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files beside a model: those in {@code assets/} of a SavedModel, where {@code tune}, {@code
 * convert-checkpoint} and {@code export} write them, or those beside a frozen graph.
 *
 * @param directory the directory that holds the model
 */
record Assets(Path directory) {
  /** A thousand labels with names of a thousand letters. */
  private static final long MAX_LABELS_BYTES = 1 << 20;

  /**
   * The files beside a SavedModel (given by its directory) or a frozen graph (given by its file).
   */
  static Assets of(Path source) {
    Path file = source.toAbsolutePath();
    Path parent = file.getParent();
    return new Assets(Files.isRegularFile(source) && parent != null ? parent : source);
  }

  /** {@code assets/tokenizer.json}, which says all, or else the {@link #vocabulary}. */
  Optional<Path> tokenizer() throws CompileException {
    Path whole = directory.resolve("assets").resolve("tokenizer.json");
    return Files.isRegularFile(whole) ? Optional.of(whole) : vocabulary();
  }

  /** {@code vocab.txt}, {@code assets/vocab.txt} or the only {@code assets/*vocab*.txt}. */
  Optional<Path> vocabulary() throws CompileException {
    Path beside = directory.resolve("vocab.txt");
    if (Files.isRegularFile(beside)) {
      return Optional.of(beside);
    }
    Path assets = directory.resolve("assets");
    List<Path> found = Files.isDirectory(assets) ? vocabularies(assets) : List.of();
    if (found.size() <= 1) {
      return found.stream().findFirst();
    }
    if (found.contains(assets.resolve("vocab.txt"))) {
      return Optional.of(assets.resolve("vocab.txt"));
    }
    throw new CompileException(
        "The source "
            + directory
            + " holds several vocabularies, "
            + found.stream()
                .map(file -> String.valueOf(file.getFileName()))
                .collect(Collectors.joining(", "))
            + "; name the one that the model was trained with.",
        CompileException.Remedy.VOCABULARY);
  }

  private static List<Path> vocabularies(Path assets) throws CompileException {
    try (Stream<Path> files = Files.list(assets)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).matches(".*vocab.*\\.txt"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new CompileException("Cannot read " + assets + ": " + e.getMessage(), e);
    }
  }

  /** The lines of {@code assets/labels.txt}. */
  Optional<List<String>> labels() throws CompileException {
    Path file = directory.resolve("assets").resolve("labels.txt");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      long bytes = Files.size(file);
      if (bytes > MAX_LABELS_BYTES) {
        throw new CompileException(
            file
                + " has "
                + bytes
                + " bytes, and names of labels have at most "
                + MAX_LABELS_BYTES
                + "; give one name a line.");
      }
      return Optional.of(Files.readAllLines(file));
    } catch (CharacterCodingException e) {
      throw new CompileException(file + " is not UTF-8; save the names of labels as UTF-8.", e);
    } catch (IOException e) {
      throw new CompileException(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }
}
