package io.ganglion.compiler.source.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of a protobuf message one after the other, without a schema. It never reads
 * beyond its bytes; what is not a message ends in an IllegalArgumentException. Used by one thread.
 */
final class ProtoFields {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final ByteBuffer buffer;
  private int number;
  private int wireType;
  private long value; // a varint, or the bits of a fixed number
  private byte[] content = new byte[0];

  ProtoFields(byte[] bytes) {
    buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads the next field, if there is one. */
  boolean next() {
    if (!buffer.hasRemaining()) {
      return false;
    }
    long tag = readVarint();
    number = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
    switch (wireType) {
      case VARINT -> value = readVarint();
      case FIXED64 -> {
        require(8);
        value = buffer.getLong();
      }
      case FIXED32 -> {
        require(4);
        value = buffer.getInt();
      }
      case BYTES -> {
        long size = readVarint();
        require(size);
        content = new byte[(int) size];
        buffer.get(content);
      }
      default -> throw new IllegalArgumentException("it has a field of wire type " + wireType);
    }
    return true;
  }

  int number() {
    return number;
  }

  long varint() {
    requireType(VARINT);
    return value;
  }

  float fixed32AsFloat() {
    requireType(FIXED32);
    return Float.intBitsToFloat((int) value);
  }

  byte[] bytes() {
    requireType(BYTES);
    return content;
  }

  String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  ProtoFields message() {
    return new ProtoFields(bytes());
  }

  private void requireType(int expected) {
    if (wireType != expected) {
      throw new IllegalArgumentException("its field " + number + " has the wire type " + wireType);
    }
  }

  private void require(long size) {
    if (size < 0 || size > buffer.remaining()) {
      throw new IllegalArgumentException("it ends in the middle of field " + number);
    }
  }

  private long readVarint() {
    long result = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      require(1);
      byte next = buffer.get();
      result |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return result;
      }
    }
    throw new IllegalArgumentException("it has a number of more than ten bytes");
  }
}
