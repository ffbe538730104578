package io.ganglion.server.grpc;

import com.google.common.base.Utf8;
import com.google.protobuf.ByteString;

/**
 * Texts of requests. One whose bytes are not UTF-8 is kept as a text that no such bytes can give,
 * so that the request's other fields are read and the refusal names this one. Stateless.
 */
public final class WireText {
  /** Half of a pair of surrogates. UTF-8 cannot say it, so no other text equals it. */
  static final String NOT_UTF8 = "\uD800";

  private WireText() {}

  public static String of(ByteString bytes) {
    return bytes.isValidUtf8() ? bytes.toStringUtf8() : NOT_UTF8;
  }

  public static boolean isUtf8(String text) {
    return !text.equals(NOT_UTF8);
  }

  /** Size of a text on the wire. */
  static int bytes(String text) {
    return isUtf8(text) ? Utf8.encodedLength(text) : 1;
  }
}
