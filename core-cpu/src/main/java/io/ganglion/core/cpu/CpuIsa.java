package io.ganglion.core.cpu;

import io.ganglion.runtime.model.Precision;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The number formats for which the CPU has fast instructions.
 *
 * @param name oneDNN's name of the instruction set
 * @param bf16 whether there are instructions for bf16 products
 * @param int8 whether there are instructions for int8 products (VNNI)
 * @param tiles whether there are units that multiply whole tiles (AMX)
 */
record CpuIsa(String name, boolean bf16, boolean int8, boolean tiles) {
  private static final int AVX2_VNNI = 0x8;
  private static final int AVX2_VNNI_2 = 0x10;
  private static final int AVX512_VNNI = 0x40;
  private static final int AVX512_BF16 = 0x80;
  private static final int AVX512_FP16 = 0x100;

  /** Instruction sets with tiles for int8 and bf16; oneDNN uses both or neither. */
  private static final int AMX = 0xe00;

  /** For a value of {@code dnnl_get_effective_cpu_isa}; 0 means that the CPU is not an x86. */
  static CpuIsa of(int code) {
    if (code == dnnl.dnnl_cpu_isa_default) {
      return new CpuIsa(System.getProperty("os.arch", "unknown"), true, true, false);
    }
    boolean bf16 = (code & (AVX512_BF16 | AVX2_VNNI_2)) != 0;
    boolean int8 = (code & (AVX512_VNNI | AVX2_VNNI | AVX2_VNNI_2)) != 0;
    return new CpuIsa(name(code), bf16, int8, (code & AMX) == AMX);
  }

  /**
   * The precision in which a matrix of the given precision runs. A format without instructions runs
   * in fp32, because oneDNN's fallbacks for it are many times slower than its fp32 kernels, or
   * saturate.
   */
  Precision execution(Precision precision) {
    return switch (precision) {
      case FP32 -> Precision.FP32;
      case BF16 -> bf16 ? Precision.BF16 : Precision.FP32;
      case INT8 -> int8 ? Precision.INT8 : Precision.FP32;
    };
  }

  private static String name(int code) {
    if ((code & AMX) == AMX) {
      return "AMX with bf16 and int8, " + name(code & ~AMX);
    }
    if ((code & AVX512_FP16) != 0) {
      return "AVX512 with fp16, bf16 and VNNI";
    }
    if ((code & AVX512_BF16) != 0) {
      return "AVX512 with bf16 and VNNI";
    }
    if ((code & AVX512_VNNI) != 0) {
      return "AVX512 with VNNI";
    }
    if ((code & dnnl.dnnl_cpu_isa_avx512_core) == dnnl.dnnl_cpu_isa_avx512_core) {
      return "AVX512";
    }
    if ((code & AVX2_VNNI) != 0) {
      return "AVX2 with VNNI";
    }
    if ((code & dnnl.dnnl_cpu_isa_avx2) == dnnl.dnnl_cpu_isa_avx2) {
      return "AVX2";
    }
    return (code & dnnl.dnnl_cpu_isa_avx) == dnnl.dnnl_cpu_isa_avx ? "AVX" : "SSE4.1";
  }
}
