package io.ganglion.compiler.source.huggingface;

import io.ganglion.compiler.CompileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What a folder says of its requests' length, apart from the tokenizer itself.
 *
 * @param maxLength most tokens; empty if nothing limits it
 */
record TokenizerSettings(OptionalInt maxLength) {
  /** Where there is no limit, the library writes a number far beyond this one. */
  private static final double NO_LIMIT = 1e6;

  static TokenizerSettings of(Path folder, SentenceSettings sentences) throws CompileException {
    Path file = folder.resolve("tokenizer_config.json");
    OptionalInt own = OptionalInt.empty();
    boolean lowerCase = false;
    if (Files.exists(file)) {
      Fields config = JsonFile.object(file);
      double length = config.number("model_max_length", NO_LIMIT);
      own = length >= 1 && length < NO_LIMIT ? OptionalInt.of((int) length) : OptionalInt.empty();
      lowerCase = config.flag("do_lower_case", false);
    }
    if (sentences.lowerCase() && !lowerCase) {
      throw new CompileException(
          ("%s: texts are lower-cased before a tokenizer that keeps case, which is not done here;"
                  + " set do_lower_case to false and lower-case the texts.")
              .formatted(folder.resolve("sentence_bert_config.json")));
    }
    return new TokenizerSettings(sentences.maxLength().isPresent() ? sentences.maxLength() : own);
  }
}
