package io.ganglion.server.wire.ganglion;

/**
 * Tells how many bytes of UTF-8 lie before a place of a text. Places are mostly asked for in rising
 * order, which reads the text once. Not thread-safe.
 */
final class Utf8Places {
  private final String text;
  private int place;
  private int bytes;

  Utf8Places(String text) {
    this.text = text;
  }

  /** Bytes before this place, which is not within a pair of surrogates. */
  int of(int asked) {
    if (asked < place) {
      place = 0;
      bytes = 0;
    }
    while (place < asked) {
      int codePoint = text.codePointAt(place);
      place += Character.charCount(codePoint);
      bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }
    return bytes;
  }
}
