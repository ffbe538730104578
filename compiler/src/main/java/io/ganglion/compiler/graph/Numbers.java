package io.ganglion.compiler.graph;

import io.ganglion.runtime.model.BFloat16;
import io.ganglion.runtime.model.Float16;
import java.nio.ByteBuffer;

/** Reads numbers of any element type from little-endian bytes. */
public final class Numbers {
  private Numbers() {}

  /** Element {@code index} of the buffer, counted from its start. */
  public static double read(ElementType type, ByteBuffer bytes, int index) {
    int at = index * type.bytes();
    return switch (type) {
      case FLOAT -> bytes.getFloat(at);
      case DOUBLE -> bytes.getDouble(at);
      case INT32 -> bytes.getInt(at);
      case INT64 -> bytes.getLong(at);
      case INT16 -> bytes.getShort(at);
      case INT8 -> bytes.get(at);
      case UINT8, BOOL -> bytes.get(at) & 0xff;
      case BFLOAT16 -> BFloat16.toFloat(bytes.getShort(at));
      case HALF -> Float16.toFloat(bytes.getShort(at));
      default -> throw new IllegalArgumentException(type + " is not a type of numbers.");
    };
  }
}
