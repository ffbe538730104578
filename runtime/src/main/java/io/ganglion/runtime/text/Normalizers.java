package io.ganglion.runtime.text;

import org.jspecify.annotations.Nullable;

/** The normalizers that we have, by their types in {@code tokenizer.json}. */
final class Normalizers {
  private Normalizers() {}

  /** Reads one; null stands for none. */
  static Normalizer read(@Nullable JsonFields fields) throws TokenizerException {
    if (fields == null) {
      return NormalizerSequence.NONE;
    }
    String type = fields.type();
    Normalizer normalizer =
        switch (type) {
          case BertNormalizer.TYPE -> BertNormalizer.read(fields);
          case LowercaseNormalizer.TYPE -> new LowercaseNormalizer();
          case "NFC", "NFD", "NFKC", "NFKD" -> new NormalFormNormalizer(NormalForm.valueOf(type));
          case PrecompiledNormalizer.TYPE -> PrecompiledNormalizer.read(fields);
          case PrependNormalizer.TYPE -> PrependNormalizer.read(fields);
          case ReplaceNormalizer.TYPE -> ReplaceNormalizer.read(fields);
          case NormalizerSequence.TYPE -> NormalizerSequence.read(fields);
          case StripAccentsNormalizer.TYPE -> new StripAccentsNormalizer();
          case StripNormalizer.TYPE -> StripNormalizer.read(fields);
          default ->
              throw new TokenizerException(
                  fields.where() + ": Ganglion has no normalizer " + type + ".");
        };
    fields.end();
    return normalizer;
  }
}
