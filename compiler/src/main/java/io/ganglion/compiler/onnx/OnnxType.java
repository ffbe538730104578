package io.ganglion.compiler.onnx;

import io.ganglion.compiler.graph.ElementType;

/** Element types of ONNX tensors, with their numbers in files. */
public enum OnnxType {
  FLOAT(1, ElementType.FLOAT),
  UINT8(2, ElementType.UINT8),
  INT8(3, ElementType.INT8),
  INT16(5, ElementType.INT16),
  INT32(6, ElementType.INT32),
  INT64(7, ElementType.INT64),
  BOOL(9, ElementType.BOOL),
  FLOAT16(10, ElementType.HALF),
  DOUBLE(11, ElementType.DOUBLE),
  BFLOAT16(16, ElementType.BFLOAT16),
  /** Any other type. No operator of BERT needs one. */
  OTHER(0, ElementType.OTHER);

  private final int number;
  private final ElementType element;

  OnnxType(int number, ElementType element) {
    this.number = number;
    this.element = element;
  }

  /** The type with this number, or {@link #OTHER}. */
  public static OnnxType of(long number) {
    for (OnnxType type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    return OTHER;
  }

  public int number() {
    return number;
  }

  /** The same type in graphs. */
  public ElementType element() {
    return element;
  }

  /** Bytes of one element; 0 if they cannot be read. */
  public int bytes() {
    return element.bytes();
  }

  /** Whether values are real numbers. */
  public boolean isReal() {
    return element.isReal();
  }
}
