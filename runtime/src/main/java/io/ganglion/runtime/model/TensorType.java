package io.ganglion.runtime.model;

/** Element types of our safetensors files; little-endian, row-major. */
public enum TensorType {
  F32(4),
  BF16(2),
  I8(1),
  I32(4);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }
}
