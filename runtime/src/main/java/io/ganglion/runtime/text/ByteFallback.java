package io.ganglion.runtime.text;

import java.util.Locale;

/**
 * The pieces {@code <0x00>} to {@code <0xFF>} that stand for the bytes of characters without a
 * piece. Immutable, thread-safe.
 */
final class ByteFallback {
  /** Used where a model has no such pieces. */
  static final ByteFallback NONE = new ByteFallback(new int[0]);

  /** Its field in the description of a model. */
  static final String FIELD = "byte_fallback";

  private static final int BYTES = 256;

  private final int[] ids;

  private ByteFallback(int[] ids) {
    this.ids = ids;
  }

  /** Those of this vocabulary, if the model's description asks for them. */
  static ByteFallback read(JsonFields fields, PieceTrie trie) throws TokenizerException {
    if (!fields.flag(FIELD, false)) {
      return NONE;
    }
    int[] ids = new int[BYTES];
    for (int b = 0; b < BYTES; b++) {
      ids[b] = trie.idOf(String.format(Locale.ROOT, "<0x%02X>", b));
      if (ids[b] == PieceTrie.NONE) {
        throw new TokenizerException(
            "%s: %s needs 256 pieces like <0x0A>, and the one for the byte %d is missing."
                .formatted(fields.where(), FIELD, b));
      }
    }
    return new ByteFallback(ids);
  }

  boolean isEmpty() {
    return ids.length == 0;
  }

  /** Adds a symbol for each byte; the first takes the code point's width. */
  void add(int codePoint, Merging merging) {
    byte[] utf8 = new byte[Utf8.LONGEST];
    int size = Utf8.encode(codePoint, utf8, 0);
    for (int b = 0; b < size; b++) {
      merging.add(ids[utf8[b] & 0xff], 1);
    }
  }

  /** Adds a token for each byte of the code points in these places. */
  void add(CodePoints text, int from, int to, TokenSink sink) {
    byte[] utf8 = new byte[Utf8.LONGEST];
    for (int i = from; i < to; i++) {
      int size = Utf8.encode(text.at(i), utf8, 0);
      for (int b = 0; b < size; b++) {
        sink.add(ids[utf8[b] & 0xff], text, i, i + 1);
      }
    }
  }
}
