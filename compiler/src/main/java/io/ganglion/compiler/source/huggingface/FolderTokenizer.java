package io.ganglion.compiler.source.huggingface;

import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.text.TokenizerException;
import io.ganglion.runtime.text.TokenizerSpec;
import io.ganglion.runtime.text.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the tokenizer of a folder. */
final class FolderTokenizer {
  private static final String FILE = "tokenizer.json";

  private FolderTokenizer() {}

  /**
   * The tokenizer; empty if the folder has none.
   *
   * @param given a file to take in place of the folder's own
   * @param lowerCase whether to lower-case, where the files do not say it
   */
  static Optional<TokenizerSpec> of(FolderModel folder, @Nullable Path given, boolean lowerCase)
      throws CompileException {
    Path file = given == null ? folder.transformer().resolve(FILE) : given;
    if (given == null && !Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      TokenizerSpec spec =
          file.toString().endsWith(".json")
              ? TokenizerSpec.read(file)
              : TokenizerSpec.googleBert(Vocabulary.read(file), lowerCase);
      // A model without a choice of segments has the same one for all tokens.
      return Optional.of(folder.config().encoder().segments() > 1 ? spec : spec.withoutSegments());
    } catch (TokenizerException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }
}
