package io.ganglion.runtime.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Strict decoding of bytes that come from outside, and the bytes of single code points. */
public final class Utf8 {
  /** Most bytes of a code point. */
  static final int LONGEST = 4;

  private static final char REPLACEMENT = '\ufffd';

  private Utf8() {}

  /** The text, or null if the bytes are not valid UTF-8. */
  public static @Nullable String decode(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) < 0) {
      return text; // the JDK's fast decoder puts this character in place of every error
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** The number of bytes of a code point that is no surrogate. */
  static int size(int codePoint) {
    return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }

  /** Writes a code point that is no surrogate, and returns the number of bytes. */
  static int encode(int codePoint, byte[] target, int at) {
    int size = size(codePoint);
    if (size == 1) {
      target[at] = (byte) codePoint;
      return 1;
    }
    int rest = codePoint;
    for (int i = size - 1; i > 0; i--) {
      target[at + i] = (byte) (0x80 | (rest & 0x3f));
      rest >>= 6;
    }
    int mark = 0xf00 >> size & 0xff; // as many ones as there are bytes
    target[at] = (byte) (mark | rest);
    return size;
  }
}
