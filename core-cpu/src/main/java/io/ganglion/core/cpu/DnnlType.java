package io.ganglion.core.cpu;

import org.bytedeco.dnnl.global.dnnl;

/** Element types of native buffers. */
enum DnnlType {
  F32(dnnl.dnnl_f32, 4),
  BF16(dnnl.dnnl_bf16, 2),
  /** Quantized weights. */
  S8(dnnl.dnnl_s8, 1),
  /** Quantized activations. */
  U8(dnnl.dnnl_u8, 1);

  private final int code;
  private final int bytes;

  DnnlType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The number in the C API. */
  int code() {
    return code;
  }

  /** Bytes of one element. */
  int bytes() {
    return bytes;
  }
}
