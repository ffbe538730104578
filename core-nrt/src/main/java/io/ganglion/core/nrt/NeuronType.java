package io.ganglion.core.nrt;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.ByteBuffer;

/** Element types of a NEFF's tensors; little-endian on the device as on the host. */
public enum NeuronType {
  @JsonProperty("fp32")
  FP32("fp32", 4),
  @JsonProperty("fp16")
  FP16("fp16", 2),
  @JsonProperty("bf16")
  BF16("bf16", 2);

  private final String text;
  private final int bytes;

  NeuronType(String text, int bytes) {
    this.text = text;
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Appends {@code count} values, rounded to nearest even, at the buffer's position. */
  public void put(ByteBuffer target, float[] values, int count) {
    switch (this) {
      case FP32 -> {
        target.asFloatBuffer().put(values, 0, count);
        target.position(target.position() + count * FP32.bytes);
      }
      case FP16 -> {
        for (int i = 0; i < count; i++) {
          target.putShort(toFp16(values[i]));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target.putShort(toBf16(values[i]));
        }
      }
    }
  }

  /** Reads {@code values.length} values from the buffer's position. */
  public void get(ByteBuffer source, float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (this) {
            case FP32 -> source.getFloat();
            case FP16 -> fromFp16(source.getShort());
            case BF16 -> fromBf16(source.getShort());
          };
    }
  }

  /** Rounds to the nearest IEEE half, ties to even. Overflow gives infinity; NaN stays NaN. */
  public static short toFp16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      return (short) (sign | 0x7e00);
    }
    if (magnitude >= 0x47800000) { // 65536 and above
      return (short) (sign | 0x7c00);
    }
    if (magnitude < 0x38800000) { // below 2^-14: a subnormal half, in units of 2^-24
      float scaled = Float.intBitsToFloat(magnitude) * 0x1p24f;
      return (short) (sign | (int) Math.rint(scaled));
    }
    int rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return (short) (sign | ((rounded - 0x38000000) >>> 13));
  }

  /** Rounds to the nearest bfloat16, ties to even. NaN stays NaN. */
  public static short toBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7fffffff) > 0x7f800000) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /** The value of an IEEE half. */
  public static float fromFp16(short half) {
    int exponent = (half >>> 10) & 0x1f;
    int fraction = half & 0x3ff;
    int sign = (half & 0x8000) << 16;
    if (exponent == 0x1f) {
      return Float.intBitsToFloat(sign | 0x7f800000 | (fraction << 13));
    }
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (fraction << 13));
  }

  /** The value of a bfloat16. */
  public static float fromBf16(short value) {
    return Float.intBitsToFloat(value << 16);
  }

  /** The name in manifests, flags and wire messages. */
  @Override
  public String toString() {
    return text;
  }
}
