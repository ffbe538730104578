package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.source.Source;
import io.ganglion.runtime.text.Vocabulary;
import io.ganglion.runtime.text.VocabularyException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The vocabulary for a compilation.
 *
 * @param file its file
 * @param pieces the pieces in it
 */
record VocabularyFile(Path file, Vocabulary pieces) {
  /** The given file, or else the source's own. Its size must be the model's. */
  static VocabularyFile find(@Nullable Path given, Source source) throws CompileException {
    Path file = given == null ? brought(source) : given;
    int rows = source.model().dimensions().vocabularySize();
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
                + " rows; give the vocabulary that the model was trained with.",
            CompileException.Remedy.VOCABULARY);
      }
      return new VocabularyFile(file, vocabulary);
    } catch (VocabularyException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  private static Path brought(Source source) throws CompileException {
    return source
        .vocabulary()
        .orElseThrow(
            () ->
                new CompileException(
                    "The source "
                        + source.path()
                        + " brings no vocabulary (vocab.txt or assets/vocab.txt); give the one that"
                        + " the model was trained with.",
                    CompileException.Remedy.VOCABULARY));
  }
}
