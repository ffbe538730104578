package io.ganglion.server.grpc;

import com.google.protobuf.ByteString;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.server.model.ServedModel;
import org.jspecify.annotations.Nullable;

/** Checks the texts of a request and encodes them. Stateless. */
final class TextPairDecoder {
  private TextPairDecoder() {}

  /** Thrown for a text that cannot be classified. The message names the field. */
  @SuppressWarnings("serial")
  static final class InvalidTextException extends Exception {
    InvalidTextException(String message) {
      super(message, null, false, false); // a client's mistake: no need to pay for a stack trace
    }
  }

  /**
   * @param itemBytes size of the request on the wire
   */
  static TokenSequence decode(
      ServedModel model, ByteString textA, @Nullable ByteString textB, int itemBytes, int maxBytes)
      throws InvalidTextException {
    if (itemBytes > maxBytes) {
      boolean b = textB != null && textB.size() > textA.size();
      throw new InvalidTextException(
          (b ? "text_b" : "text_a")
              + " is too long: the request has "
              + itemBytes
              + " bytes and the limit is "
              + maxBytes);
    }
    String a = text("text_a", textA);
    String b = textB == null ? null : text("text_b", textB);
    TokenSequence tokens = model.encode(a, b);
    requireTokens(tokens, b != null);
    return tokens;
  }

  private static String text(String field, ByteString bytes) throws InvalidTextException {
    if (bytes.isEmpty()) {
      throw new InvalidTextException(field + " is empty");
    }
    if (!bytes.isValidUtf8()) {
      throw new InvalidTextException(field + " is not valid UTF-8");
    }
    return bytes.toStringUtf8();
  }

  /**
   * Refuses a text of spaces and control characters, which leaves nothing between the special
   * tokens.
   */
  private static void requireTokens(TokenSequence tokens, boolean pair)
      throws InvalidTextException {
    int[] segments = tokens.segmentIds();
    int first = 0;
    while (first < segments.length && segments[first] == 0) {
      first++;
    }
    if (first <= 2) { // [CLS] [SEP]
      throw new InvalidTextException("text_a has no tokens: nothing but spaces");
    }
    if (pair && segments.length - first <= 1) { // [SEP]
      throw new InvalidTextException("text_b has no tokens: nothing but spaces");
    }
  }
}
