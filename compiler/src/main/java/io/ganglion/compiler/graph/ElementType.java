package io.ganglion.compiler.graph;

/** Element types of graph tensors, with their numbers in SavedModels. */
public enum ElementType {
  FLOAT(1, 4),
  DOUBLE(2, 8),
  INT32(3, 4),
  UINT8(4, 1),
  INT16(5, 2),
  INT8(6, 1),
  STRING(7, 0),
  INT64(9, 8),
  BOOL(10, 1),
  BFLOAT16(14, 2),
  HALF(19, 2),
  RESOURCE(20, 0),
  VARIANT(21, 0),
  /** Any other type. Its values are copied but never read. */
  OTHER(0, 0);

  private final int number;
  private final int bytes;

  ElementType(int number, int bytes) {
    this.number = number;
    this.bytes = bytes;
  }

  /** The type with this number, or {@link #OTHER}. */
  public static ElementType of(int number) {
    for (ElementType type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    return OTHER;
  }

  public int number() {
    return number;
  }

  /** Bytes of one element; 0 if elements have no fixed size. */
  public int bytes() {
    return bytes;
  }

  /** Whether values are real numbers. */
  public boolean isReal() {
    return this == FLOAT || this == DOUBLE || this == HALF || this == BFLOAT16;
  }

  /** Whether token ids may have this type. */
  public boolean isInteger() {
    return this == INT32 || this == INT64;
  }
}
