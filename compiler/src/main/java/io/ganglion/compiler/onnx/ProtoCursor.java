package io.ganglion.compiler.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/**
 * Walks through the nested messages of a mapped file without copying its weights. Fields that
 * nobody asks for are skipped, whatever they hold. Not thread-safe.
 */
final class ProtoCursor {
  /** Far beyond any name that an exporter makes from the path of a layer. */
  private static final int LONGEST_TEXT = 1 << 16;

  private final ByteBuffer file;
  private final CodedInputStream in;
  private int tag;

  ProtoCursor(ByteBuffer file) {
    this.file = file;
    this.in = CodedInputStream.newInstance(file.duplicate());
  }

  /** Reads one field by its number; returns false if the field does not matter. */
  @FunctionalInterface
  interface Fields {
    boolean read(int number) throws IOException;
  }

  /** The fields up to the end of the file or of the current message. */
  void fields(Fields reader) throws IOException {
    while (!in.isAtEnd()) {
      tag = in.readTag();
      int current = tag;
      if (!reader.read(WireFormat.getTagFieldNumber(current))) {
        in.skipField(current);
      }
    }
  }

  /** A message in the current field. */
  void message(Fields reader) throws IOException {
    require(WireFormat.WIRETYPE_LENGTH_DELIMITED);
    int outer = in.pushLimit(in.readRawVarint32());
    fields(reader);
    in.popLimit(outer);
  }

  /** A text in the current field. */
  String text() throws IOException {
    ByteBuffer bytes = bytes();
    if (bytes.remaining() > LONGEST_TEXT) {
      throw new InvalidProtocolBufferException(
          "a name of " + bytes.remaining() + " bytes is beyond " + LONGEST_TEXT);
    }
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  /** Bytes in the current field: a part of the file, not copied. */
  ByteBuffer bytes() throws IOException {
    require(WireFormat.WIRETYPE_LENGTH_DELIMITED);
    int size = in.readRawVarint32();
    int start = in.getTotalBytesRead();
    if (size < 0) {
      throw new InvalidProtocolBufferException("a field has the size " + size);
    }
    in.skipRawBytes(size);
    return file.slice(start, size);
  }

  /** An integer in the current field. */
  long integer() throws IOException {
    require(WireFormat.WIRETYPE_VARINT);
    return in.readInt64();
  }

  /** The bits of a 32-bit number in the current field. */
  int bits32() throws IOException {
    require(WireFormat.WIRETYPE_FIXED32);
    return in.readRawLittleEndian32();
  }

  /** Integers in the current field: one, or many packed together. */
  void integers(LongConsumer to) throws IOException {
    if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
      to.accept(in.readInt64());
      return;
    }
    packed(() -> to.accept(in.readInt64()));
  }

  /** The bits of 32-bit numbers in the current field: of one, or of many packed together. */
  void allBits32(LongConsumer to) throws IOException {
    if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_FIXED32) {
      to.accept(in.readRawLittleEndian32());
      return;
    }
    packed(() -> to.accept(in.readRawLittleEndian32()));
  }

  /** The bits of 64-bit numbers in the current field: of one, or of many packed together. */
  void allBits64(LongConsumer to) throws IOException {
    if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_FIXED64) {
      to.accept(in.readRawLittleEndian64());
      return;
    }
    packed(() -> to.accept(in.readRawLittleEndian64()));
  }

  private interface Element {
    void read() throws IOException;
  }

  private void packed(Element element) throws IOException {
    require(WireFormat.WIRETYPE_LENGTH_DELIMITED);
    int outer = in.pushLimit(in.readRawVarint32());
    while (in.getBytesUntilLimit() > 0) {
      element.read();
    }
    in.popLimit(outer);
  }

  private void require(int wireType) throws InvalidProtocolBufferException {
    if (WireFormat.getTagWireType(tag) != wireType) {
      throw new InvalidProtocolBufferException(
          "field " + WireFormat.getTagFieldNumber(tag) + " has another type than ONNX gives it");
    }
  }
}
