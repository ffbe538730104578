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
    String a = text("text_a", textA, model);
    String b = textB == null ? null : text("text_b", textB, model);
    return model.encode(a, b);
  }

  private static String text(String field, ByteString bytes, ServedModel model)
      throws InvalidTextException {
    if (bytes.isEmpty()) {
      throw new InvalidTextException(field + " is empty");
    }
    if (!bytes.isValidUtf8()) {
      throw new InvalidTextException(field + " is not valid UTF-8");
    }
    String text = bytes.toStringUtf8();
    if (!model.hasTokens(text)) {
      throw new InvalidTextException(field + " has no tokens: nothing but spaces");
    }
    return text;
  }
}
