package io.ganglion.compiler.backend.neuron;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** Writes the fields of one protobuf message, by number. Not thread-safe. */
final class Protos {
  private final ByteString.Output bytes = ByteString.newOutput();
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

  @FunctionalInterface
  private interface Write {
    void to(CodedOutputStream out) throws IOException;
  }

  Protos number(int field, long value) {
    return write(o -> o.writeInt64(field, value));
  }

  Protos text(int field, String value) {
    return write(o -> o.writeString(field, value));
  }

  Protos message(int field, ByteString message) {
    return write(o -> o.writeBytes(field, message));
  }

  /** A repeated number in packed form. Writes nothing for an empty list. */
  Protos numbers(int field, long... values) {
    if (values.length == 0) {
      return this;
    }
    int size = Arrays.stream(values).mapToInt(CodedOutputStream::computeInt64SizeNoTag).sum();
    return write(
        o -> {
          o.writeTag(field, 2);
          o.writeUInt32NoTag(size);
          for (long value : values) {
            o.writeInt64NoTag(value);
          }
        });
  }

  /** An entry of a map from text to text. */
  Protos entry(int field, String key, String value) {
    return message(field, new Protos().text(1, key).text(2, value).bytes());
  }

  ByteString bytes() {
    write(CodedOutputStream::flush);
    return bytes.toByteString();
  }

  private Protos write(Write write) {
    try {
      write.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // it writes to memory only
    }
    return this;
  }
}
