package io.ganglion.compiler.source.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.text.Vocabulary;
import io.ganglion.runtime.text.VocabularyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The vocabulary of a source.
 *
 * @param file where it was found
 * @param pieces read from it
 */
public record VocabularyFile(Path file, Vocabulary pieces) {
  /**
   * The given file, else {@code vocab.txt}, {@code assets/vocab.txt} or the only {@code
   * assets/*vocab*.txt} of the source.
   */
  public static VocabularyFile find(@Nullable Path given, Path source, int rows)
      throws CompileException {
    Path file = given == null ? search(source) : given;
    try {
      Vocabulary vocabulary = Vocabulary.read(file);
      if (vocabulary.size() != rows) {
        throw new CompileException(
            "The vocabulary "
                + file
                + " has "
                + vocabulary.size()
                + " pieces, but the model's word embeddings have "
                + rows
                + " rows; give the vocabulary that the model was trained with, --vocab FILE.");
      }
      return new VocabularyFile(file, vocabulary);
    } catch (VocabularyException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  private static Path search(Path given) throws CompileException {
    Path source = Files.isRegularFile(given) ? given.toAbsolutePath().resolveSibling(".") : given;
    Path beside = source.resolve("vocab.txt");
    if (Files.isRegularFile(beside)) {
      return beside;
    }
    Path assets = source.resolve("assets");
    if (Files.isDirectory(assets)) {
      try (Stream<Path> files = Files.list(assets)) {
        List<Path> found =
            files
                .filter(file -> String.valueOf(file.getFileName()).matches(".*vocab.*\\.txt"))
                .sorted()
                .toList();
        if (found.size() == 1) {
          return found.get(0);
        }
        if (found.contains(assets.resolve("vocab.txt"))) {
          return assets.resolve("vocab.txt");
        }
        if (!found.isEmpty()) {
          throw new CompileException(
              "The source "
                  + source
                  + " holds several vocabularies, "
                  + found.stream()
                      .map(file -> String.valueOf(file.getFileName()))
                      .collect(Collectors.joining(", "))
                  + "; name the one that the model was trained with, --vocab FILE.");
        }
      } catch (IOException e) {
        throw new CompileException("Cannot read " + assets + ": " + e.getMessage(), e);
      }
    }
    throw new CompileException(
        "The source "
            + source
            + " has no vocabulary (vocab.txt or assets/vocab.txt); give the one that the model was"
            + " trained with, --vocab FILE.");
  }
}
