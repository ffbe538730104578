package io.ganglion.runtime.text;

import org.jspecify.annotations.Nullable;

/** The pre-tokenizers that we have, by their types in {@code tokenizer.json}. */
final class PreTokenizers {
  private PreTokenizers() {}

  /** Reads one; null stands for none. */
  static PreTokenizer read(@Nullable JsonFields fields) throws TokenizerException {
    if (fields == null) {
      return PreTokenizerSequence.NONE;
    }
    String type = fields.type();
    PreTokenizer preTokenizer =
        switch (type) {
          case BertPreTokenizer.TYPE -> new BertPreTokenizer();
          case ByteLevelPreTokenizer.TYPE -> ByteLevelPreTokenizer.read(fields);
          case DigitsPreTokenizer.TYPE -> DigitsPreTokenizer.read(fields);
          case MetaspacePreTokenizer.TYPE -> MetaspacePreTokenizer.read(fields);
          case PreTokenizerSequence.TYPE -> PreTokenizerSequence.read(fields);
          case PunctuationPreTokenizer.TYPE -> PunctuationPreTokenizer.read(fields);
          case SplitPreTokenizer.TYPE -> SplitPreTokenizer.read(fields);
          case WhitespacePreTokenizer.TYPE -> new WhitespacePreTokenizer();
          case WhitespaceSplitPreTokenizer.TYPE -> new WhitespaceSplitPreTokenizer();
          default ->
              throw new TokenizerException(
                  fields.where() + ": Ganglion has no pre-tokenizer " + type + ".");
        };
    fields.end();
    return preTokenizer;
  }
}
