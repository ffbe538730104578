package io.ganglion.compiler.onnx;

import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Reads one {@code TensorProto}. Used once. */
final class TensorReader {
  /** Attention scores have four axes. */
  private static final int MOST_AXES = 16;

  private static final int EXTERNAL = 1;

  private final ProtoCursor cursor;
  private final ExternalData external;
  private final List<Long> shape = new ArrayList<>();
  private final Map<String, String> entries = new HashMap<>();
  private final LongStream.Builder listed = LongStream.builder();
  private String name = "";
  private OnnxType type = OnnxType.OTHER;
  private @Nullable ByteBuffer raw;
  private long location;

  private TensorReader(ProtoCursor cursor, ExternalData external) {
    this.cursor = cursor;
    this.external = external;
  }

  /**
   * The tensor in the current field.
   *
   * @param owner its name in messages, if it has none of its own
   */
  static OnnxTensor read(ProtoCursor cursor, ExternalData external, String owner)
      throws IOException, CompileException {
    TensorReader reader = new TensorReader(cursor, external);
    cursor.message(reader::field);
    return reader.tensor(owner);
  }

  /** Numbers from onnx.proto. */
  private boolean field(int number) throws IOException {
    switch (number) {
      case 1 -> cursor.integers(shape::add);
      case 2 -> type = OnnxType.of(cursor.integer());
      case 4 -> cursor.allBits32(listed);
      case 5, 7 -> cursor.integers(listed);
      case 8 -> name = cursor.text();
      case 9 -> raw = cursor.bytes();
      case 10 -> cursor.allBits64(listed);
      case 13 -> entry();
      case 14 -> location = cursor.integer();
      default -> {
        return false;
      }
    }
    return true;
  }

  private void entry() throws IOException {
    String[] pair = {"", ""};
    cursor.message(
        number -> {
          if (number != 1 && number != 2) {
            return false;
          }
          pair[number - 1] = cursor.text();
          return true;
        });
    entries.put(pair[0], pair[1]);
  }

  private OnnxTensor tensor(String owner) throws CompileException {
    String called = name.isEmpty() ? owner : name;
    if (shape.size() > MOST_AXES) {
      throw new CompileException(
          "The constant %s has %d axes; export the model again.".formatted(called, shape.size()));
    }
    long size = size(called);
    if (type == OnnxType.OTHER) {
      return new OnnxTensor(called, type, shape, ByteBuffer.allocate(0));
    }
    ByteBuffer bytes =
        location == EXTERNAL
            ? external.map(called, entries, size)
            : raw != null ? raw : encode(listed.build().toArray());
    if (bytes.remaining() != size) {
      throw new CompileException(
          "The constant %s holds %d bytes where its shape %s asks for %d; export the model again."
              .formatted(called, bytes.remaining(), shape, size));
    }
    return new OnnxTensor(called, type, shape, bytes);
  }

  private long size(String called) throws CompileException {
    long size = Math.max(1, type.bytes());
    for (long axis : shape) {
      // Each factor is bounded before the next product, so nothing overflows.
      size = axis < 0 || axis > Integer.MAX_VALUE ? -1 : size * axis;
      if (size < 0 || size > Integer.MAX_VALUE) {
        throw new CompileException(
            "The constant %s has the shape %s, which is negative or beyond 2 GiB; export the model again."
                .formatted(called, shape));
      }
    }
    return size;
  }

  /** The elements that were listed one by one, as they would lie in one piece. */
  private ByteBuffer encode(long[] values) {
    int width = type.bytes();
    long size = (long) values.length * width;
    if (size > Integer.MAX_VALUE) {
      return ByteBuffer.allocate(0);
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      switch (width) {
        case 1 -> bytes.put((byte) value);
        case 2 -> bytes.putShort((short) value);
        case 4 -> bytes.putInt((int) value);
        default -> bytes.putLong(value);
      }
    }
    return bytes.flip();
  }
}
