package io.ganglion.compiler.graph;

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
      case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort(at) << 16);
      case HALF -> half(bytes.getShort(at));
      default -> throw new IllegalArgumentException(type + " is not a type of numbers.");
    };
  }

  private static float half(short bits) {
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24f;
          case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Math.scalb(1 + fraction * 0x1p-10f, exponent - 15);
        };
    return bits < 0 ? -magnitude : magnitude;
  }
}
