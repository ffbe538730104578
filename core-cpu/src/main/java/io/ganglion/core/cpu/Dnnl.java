package io.ganglion.core.cpu;

import java.nio.file.Path;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;

/** The oneDNN library in this process, loaded on first use. Thread-safe. */
final class Dnnl {
  private static final Dnnl INSTANCE = new Dnnl();

  private final OmpThreads threads;
  private final dnnl_engine engine = new dnnl_engine();

  private Dnnl() {
    String library = Loader.load(dnnl.class);
    threads = OmpThreads.beside(Path.of(library));
    check(dnnl.dnnl_engine_create(engine, dnnl.dnnl_cpu, 0), "create its CPU engine");
  }

  static OmpThreads threads() {
    return INSTANCE.threads;
  }

  /** The CPU engine; lives as long as the process. */
  static dnnl_engine engine() {
    return INSTANCE.engine;
  }

  /** A new stream; the caller destroys it. */
  static dnnl_stream newStream() {
    dnnl_stream stream = new dnnl_stream();
    check(dnnl.dnnl_stream_create(stream, engine(), dnnl.dnnl_stream_in_order), "create a stream");
    return stream;
  }

  /** The instruction set that kernels may use here, limited by {@code ONEDNN_MAX_CPU_ISA}. */
  static CpuIsa isa() {
    engine();
    return CpuIsa.of(dnnl.dnnl_get_effective_cpu_isa());
  }

  static void check(int status, String call) {
    if (status != dnnl.dnnl_success) {
      throw new DnnlException(call, status);
    }
  }
}
