package io.ganglion.server.grpc;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The texts of one request, as they came.
 *
 * @param a first text
 * @param b second text; null for a single text
 * @param bytes size of the request on the wire
 * @param nameA the field of the first text, for messages about it
 * @param nameB the field of the second text
 */
public record Texts(ByteString a, @Nullable ByteString b, int bytes, String nameA, String nameB) {
  /** The texts of a message that calls them text_a and text_b. */
  public static Texts pair(ByteString a, @Nullable ByteString b, int bytes) {
    return new Texts(a, b, bytes, "text_a", "text_b");
  }
}
