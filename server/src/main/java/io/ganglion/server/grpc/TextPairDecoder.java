package io.ganglion.server.grpc;

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
    String second = texts.b();
    if (texts.exceed(maxBytes)) {
      boolean b = second != null && second.length() > texts.a().length();
      throw new InvalidTextException(
          (b ? texts.nameB() : texts.nameA())
              + " is too long: the request's texts have "
              + texts.bytes()
              + " bytes and the limit is "
              + maxBytes);
    }
    if (second != null && !model.takesPairs()) {
      throw new InvalidTextException(
          texts.nameB() + " is given, and the model takes a single text");
    }
    check(texts.nameA(), texts.a(), model);
    if (second != null) {
      check(texts.nameB(), second, model);
    }
    return texts.encoding().encode(model, texts.a(), second);
  }

  private static void check(String field, String text, ServedModel model)
      throws InvalidTextException {
    if (text.isEmpty()) {
      throw new InvalidTextException(field + " is empty");
    }
    if (!WireText.isUtf8(text)) {
      throw new InvalidTextException(field + " is not valid UTF-8");
    }
    if (!model.hasTokens(text)) {
      throw new InvalidTextException(field + " has no tokens: nothing but spaces");
    }
  }
}
