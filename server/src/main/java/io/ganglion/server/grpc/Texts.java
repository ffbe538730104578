package io.ganglion.server.grpc;

import com.google.protobuf.ByteString;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.runtime.text.TokenSequence;
import org.jspecify.annotations.Nullable;

/**
 * The texts of one request, as they came.
 *
 * @param a first text
 * @param b second text; null for a single text
 * @param bytes size of the request on the wire
 * @param nameA the field of the first text, for messages about it
 * @param nameB the field of the second text
 * @param encoding how they become tokens
 */
public record Texts(
    ByteString a,
    @Nullable ByteString b,
    int bytes,
    String nameA,
    String nameB,
    Encoding encoding) {
  /** Encodes checked texts. Called once for each model that the request is offered to. */
  @FunctionalInterface
  public interface Encoding {
    TokenSequence encode(ServedModel model, String a, @Nullable String b);
  }

  /** Texts of which nothing but the tokens is needed. */
  public Texts(ByteString a, @Nullable ByteString b, int bytes, String nameA, String nameB) {
    this(a, b, bytes, nameA, nameB, ServedModel::encode);
  }

  /** The texts of a message that calls them text_a and text_b. */
  public static Texts pair(ByteString a, @Nullable ByteString b, int bytes) {
    return new Texts(a, b, bytes, "text_a", "text_b");
  }
}
