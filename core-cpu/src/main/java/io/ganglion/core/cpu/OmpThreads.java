package io.ganglion.core.cpu;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Sets the number of OpenMP threads that oneDNN uses in calls from the current thread. The setting
 * belongs to the calling thread, so each core's owner sets its own.
 */
final class OmpThreads {
  /** The names of the OpenMP library in the natives of the platforms. */
  private static final List<String> LIBRARIES =
      List.of("libgomp.so.1", "libiomp5.so", "libomp.dylib", "libiomp5.dylib");

  private final Function set;
  private final Function get;

  private OmpThreads(NativeLibrary library) {
    set = library.getFunction("omp_set_num_threads");
    get = library.getFunction("omp_get_max_threads");
  }

  /**
   * Binds to the OpenMP beside oneDNN. This gives the library that oneDNN has loaded; the system's
   * OpenMP would be another one with its own settings.
   */
  static OmpThreads beside(Path dnnlLibrary) {
    for (String name : LIBRARIES) {
      Path candidate = dnnlLibrary.resolveSibling(name);
      if (Files.exists(candidate)) {
        return new OmpThreads(NativeLibrary.getInstance(candidate.toString()));
      }
    }
    throw new IllegalStateException(
        "No OpenMP library beside " + dnnlLibrary + ": threads per core cannot be set.");
  }

  void set(int threads) {
    set.invokeVoid(new Object[] {threads});
  }

  int get() {
    return get.invokeInt(new Object[0]);
  }
}
