package io.ganglion.server.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;

/** Writes texts that are not UTF-8 into messages, which their own setters would not do. */
public final class BadTexts {
  /** A first byte of two, and one that cannot be its second. */
  private static final byte[] BAD = {(byte) 0xc3, 0x28};

  private BadTexts() {}

  /** Adds a bad text to the field with this number. */
  public static <B extends Message.Builder> B add(B to, int field) {
    return addBytes(to, field, ByteString.copyFrom(BAD));
  }

  /** Adds these bytes to the field with this number. */
  public static <B extends Message.Builder> B addBytes(B to, int field, ByteString bytes) {
    UnknownFieldSet.Field value =
        UnknownFieldSet.Field.newBuilder().addLengthDelimited(bytes).build();
    to.setUnknownFields(UnknownFieldSet.newBuilder().addField(field, value).build());
    return to;
  }
}
