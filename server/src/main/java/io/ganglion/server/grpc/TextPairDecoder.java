package io.ganglion.server.grpc;

import com.google.protobuf.ByteString;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.runtime.text.TokenSequence;

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

  static TokenSequence decode(ServedModel model, Texts texts, int maxBytes)
      throws InvalidTextException {
    ByteString second = texts.b();
    if (texts.bytes() > maxBytes) {
      boolean b = second != null && second.size() > texts.a().size();
      throw new InvalidTextException(
          (b ? texts.nameB() : texts.nameA())
              + " is too long: the request has "
              + texts.bytes()
              + " bytes and the limit is "
              + maxBytes);
    }
    if (second != null && !model.takesPairs()) {
      throw new InvalidTextException(
          texts.nameB() + " is given, and the model takes a single text");
    }
    String a = text(texts.nameA(), texts.a(), model);
    String b = second == null ? null : text(texts.nameB(), second, model);
    return texts.encoding().encode(model, a, b);
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
