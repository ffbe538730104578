package io.ganglion.bench.roofline;

import com.sun.jna.NativeLibrary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;

/** The OpenMP that oneDNN's binary brought with it. */
final class OpenMp {
  private OpenMp() {}

  /** How many threads oneDNN uses in calls from the calling thread. */
  static void threadsOfThisThread(int threads) {
    Path beside = Path.of(Loader.load(dnnl.class));
    Path library =
        Stream.of("libgomp.so.1", "libiomp5.so", "libomp.dylib", "libiomp5.dylib")
            .map(beside::resolveSibling)
            .filter(Files::exists)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("No OpenMP library beside " + beside));
    NativeLibrary.getInstance(library.toString())
        .getFunction("omp_set_num_threads")
        .invokeVoid(new Object[] {threads});
  }
}
