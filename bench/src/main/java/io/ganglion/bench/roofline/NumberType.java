package io.ganglion.bench.roofline;

import java.util.SplittableRandom;
import org.bytedeco.dnnl.global.dnnl;

/** Element types of the multiplications. */
enum NumberType {
  F32(dnnl.dnnl_f32),
  BF16(dnnl.dnnl_bf16),
  S8(dnnl.dnnl_s8);

  private final int code;

  NumberType(int code) {
    this.code = code;
  }

  /** As oneDNN numbers it. */
  int code() {
    return code;
  }

  /**
   * Bytes that are small numbers of either sign: floats of about 1e-4, so that repeated sums stay
   * finite and normal.
   */
  byte[] pattern(SplittableRandom random, int bytes) {
    byte[] pattern = new byte[bytes];
    random.nextBytes(pattern);
    int size = this == F32 ? Float.BYTES : Short.BYTES;
    for (int i = size - 1; this != S8 && i < bytes; i += size) {
      // Sign and high exponent bits: 0x38 is 2^-15 to 2^-13.
      pattern[i] = (byte) (pattern[i] & 0x80 | 0x38);
    }
    return pattern;
  }
}
