package io.ganglion.runtime.model;

/**
 * Element types of safetensors files; little-endian, row-major. Those of an artifact are F32, BF16,
 * I8 and I32.
 */
public enum TensorType {
  F64(8),
  F32(4),
  F16(2),
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U8(1),
  BOOL(1);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** Whether its elements are real numbers. */
  public boolean isReal() {
    return switch (this) {
      case F64, F32, F16, BF16 -> true;
      case I64, I32, I16, I8, U8, BOOL -> false;
    };
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }
}
