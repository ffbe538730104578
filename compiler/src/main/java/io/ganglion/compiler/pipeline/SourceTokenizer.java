package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.source.Source;
import io.ganglion.runtime.text.TokenizerSpec;

/** Finds the tokenizer for a compilation and holds it against the model. */
final class SourceTokenizer {
  private SourceTokenizer() {}

  /**
   * The tokenizer of the given file, or else the source's own. Its pieces fit the model's table,
   * and its special tokens a sequence of {@code length}. A table that is larger than the vocabulary
   * may be padded, so that is only noted.
   */
  static TokenizerSpec of(Source source, CompileOptions.Text options, int length, Progress progress)
      throws CompileException {
    TokenizerSpec tokenizer =
        source
            .tokenizer(options.vocabulary(), options.lowerCase())
            .orElseThrow(() -> missing(source));
    int rows = source.model().dimensions().vocabularySize();
    int pieces = tokenizer.vocabularySize();
    if (pieces > rows) {
      throw new CompileException(
          "The vocabulary has "
              + pieces
              + " pieces, but the model's word embeddings have "
              + rows
              + " rows; give the vocabulary that the model was trained with.",
          CompileException.Remedy.VOCABULARY);
    }
    if (pieces < rows) {
      progress.note(
          "The vocabulary has %d pieces and the model's word embeddings have %d rows: those beyond"
                  .formatted(pieces, rows)
              + " are never used.");
    }
    if (length < tokenizer.leastLength()) {
      throw new CompileException(
          "The sequence length %d leaves no room for a token: this tokenizer needs at least %d."
              .formatted(length, tokenizer.leastLength()));
    }
    int segments = source.model().dimensions().segments();
    return tokenizer.segments() > segments ? tokenizer.withoutSegments() : tokenizer;
  }

  private static CompileException missing(Source source) {
    return new CompileException(
        "The source "
            + source.path()
            + " brings no tokenizer (tokenizer.json, vocab.txt or assets/vocab.txt); give the one"
            + " that the model was trained with.",
        CompileException.Remedy.VOCABULARY);
  }
}
