package io.ganglion.compiler.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The constants of activations, such as the root of 2 in GELU, as a conversion to 16 bits rounds
 * them. The author meant the number itself: it is taken where the rounded one stands alone.
 */
final class RoundedConstants {
  private static final double[] MEANT = {
    Math.sqrt(2), Math.sqrt(0.5), Math.sqrt(2 / Math.PI), 0.044715, 1.702
  };

  /** Rounding to 11 bits changes a number by this share at most; bfloat16 has 8. */
  private static final double HALF = 0x1p-11;

  private static final double BRAIN = 0x1p-8;

  private RoundedConstants() {}

  /** The same constant, unrounded if it is one of these. */
  static OnnxTensor unrounded(OnnxTensor tensor) {
    boolean half = tensor.type() == OnnxType.FLOAT16;
    if ((!half && tensor.type() != OnnxType.BFLOAT16) || tensor.elements() != 1) {
      return tensor;
    }
    double value = tensor.real(0);
    for (double meant : MEANT) {
      if (Math.abs(value - meant) <= meant * (half ? HALF : BRAIN)) {
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putDouble(0, meant);
        return new OnnxTensor(tensor.name(), OnnxType.DOUBLE, tensor.shape(), bytes);
      }
    }
    return tensor;
  }
}
