package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Changes a text before it is split into words. Immutable, thread-safe. */
sealed interface Normalizer
    permits BertNormalizer,
        LowercaseNormalizer,
        NormalFormNormalizer,
        PrecompiledNormalizer,
        PrependNormalizer,
        ReplaceNormalizer,
        NormalizerSequence,
        StripAccentsNormalizer,
        StripNormalizer {
  /** The changed text: the same object if nothing changes. */
  CodePoints normalize(CodePoints text);

  /** Whether every ASCII letter and digit leaves something of a text. */
  boolean keepsAlphanumerics();

  /** Writes what {@link Normalizers#read} reads, keys sorted. */
  void describe(ObjectNode to);
}
