package io.ganglion.server.grpc;

import io.ganglion.engine.model.ServedModel;
import io.ganglion.runtime.text.TokenSequence;
import org.jspecify.annotations.Nullable;

/**
 * The texts of one request, as they came; what is no UTF-8 is known to {@link WireText}.
 *
 * @param a first text
 * @param b second text; null for a single text
 * @param nameA the field of the first text, for messages about it
 * @param nameB the field of the second text
 * @param encoding how they become tokens
 */
public record Texts(String a, @Nullable String b, String nameA, String nameB, Encoding encoding) {
  /** The most bytes of UTF-8 that a char of a text needs. */
  private static final int CHAR_BYTES = 3;

  /** Encodes checked texts. Called once for each model that the request is offered to. */
  @FunctionalInterface
  public interface Encoding {
    TokenSequence encode(ServedModel model, String a, @Nullable String b);
  }

  /** Texts of which nothing but the tokens is needed. */
  public Texts(String a, @Nullable String b, String nameA, String nameB) {
    this(a, b, nameA, nameB, ServedModel::encode);
  }

  /** The texts of a message that calls them text_a and text_b. */
  public static Texts pair(String a, @Nullable String b) {
    return new Texts(a, b, "text_a", "text_b");
  }

  /** Number of chars, which costs nothing to tell. */
  int length() {
    return a.length() + (b == null ? 0 : b.length());
  }

  /** Bytes of UTF-8. */
  int bytes() {
    return WireText.bytes(a) + (b == null ? 0 : WireText.bytes(b));
  }

  boolean exceed(int bytes) {
    return length() > bytes / CHAR_BYTES && bytes() > bytes;
  }
}
