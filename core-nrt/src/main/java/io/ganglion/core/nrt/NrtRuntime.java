package io.ganglion.core.nrt;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.ptr.IntByReference;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreFault.Scope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The process's only initialised {@code libnrt}. The first holder initialises it, and the last
 * holder's {@link #close} closes it. Until then its NeuronCores belong to this process alone.
 * Thread-safe.
 *
 * <p>The library reads its settings from the environment when it is initialised. A JVM cannot
 * change its own environment, so settings go through the C library. Of the user's settings only
 * {@code NEURON_RT_VISIBLE_CORES} is ever replaced.
 */
final class NrtRuntime implements AutoCloseable {
  private static final Object LOCK = new Object();
  private static @Nullable NrtRuntime current;

  private final NrtLibrary library;
  private final int cores;
  private final List<String> variablesSet;
  private int holders;

  private NrtRuntime(NrtLibrary library, int cores, List<String> variablesSet) {
    this.library = library;
    this.cores = cores;
    this.variablesSet = variablesSet;
  }

  /** Initialises the library, or joins its holders. Each holder must call {@link #close} once. */
  static NrtRuntime acquire(NrtOptions options) throws CoreFault {
    synchronized (LOCK) {
      NrtLibrary library = NrtLibrary.open(options.library());
      NrtRuntime runtime = current;
      if (runtime == null) {
        runtime = initialise(library, options);
        current = runtime;
      } else if (!runtime.library.name().equals(library.name())) {
        throw new CoreFault(
            Scope.PROCESS,
            "This process already uses " + runtime.library.name() + ", and there can be one only.");
      }
      runtime.holders++;
      return runtime;
    }
  }

  private static NrtRuntime initialise(NrtLibrary library, NrtOptions options) throws CoreFault {
    List<String> variablesSet = new ArrayList<>();
    try {
      setEnvironment(options, variablesSet);
      int status = library.api().nrt_init(NrtApi.FRAMEWORK_NONE, "", "");
      if (status != NrtStatus.SUCCESS.code()) {
        throw new CoreFault(
            Scope.PROCESS,
            "nrt_init of "
                + library.name()
                + " returned "
                + NrtStatus.describe(status)
                + ". Is the driver loaded (ls /dev/neuron*), and does no other process hold the"
                + " NeuronCores (neuron-ls)?");
      }
      try {
        return new NrtRuntime(library, visibleCores(library), variablesSet);
      } catch (Throwable e) {
        library.api().nrt_close();
        throw e;
      }
    } catch (Throwable e) {
      unset(variablesSet);
      throw e;
    }
  }

  private static int visibleCores(NrtLibrary library) throws CoreFault {
    IntByReference count = new IntByReference();
    int status = library.api().nrt_get_visible_nc_count(count);
    if (status != NrtStatus.SUCCESS.code() || count.getValue() < 1) {
      throw new CoreFault(
          Scope.PROCESS,
          "No NeuronCore is visible to this process: nrt_get_visible_nc_count returned "
              + NrtStatus.describe(status)
              + ".");
    }
    return count.getValue();
  }

  NrtApi api() {
    return library.api();
  }

  /** Number of this process's NeuronCores. Their indices start at 0 in every process. */
  int cores() {
    return cores;
  }

  String describe() {
    return "libnrt " + library.version() + " (" + library.name() + ")";
  }

  /** Guards loading and unloading: the library has had races between loads. */
  Object loadLock() {
    return LOCK;
  }

  @Override
  public void close() {
    synchronized (LOCK) {
      holders--;
      if (holders == 0) {
        library.api().nrt_close();
        unset(variablesSet);
        current = null;
      }
    }
  }

  /** Sets environment variables and adds their names to {@code set}. */
  private static void setEnvironment(NrtOptions options, List<String> set) {
    options.visibleCores().ifPresent(cores -> set("NEURON_RT_VISIBLE_CORES", cores, true, set));
    if (options.cores() > 0 && CLibrary.C.getenv("NEURON_RT_VISIBLE_CORES") == null) {
      set("NEURON_RT_NUM_CORES", Integer.toString(options.cores()), false, set);
    }
    String seconds = Integer.toString(options.executionTimeoutSeconds());
    set("NEURON_RT_EXEC_TIMEOUT", seconds, false, set);
  }

  private static void set(String name, String value, boolean overwrite, List<String> set) {
    if (overwrite || CLibrary.C.getenv(name) == null) {
      CLibrary.C.setenv(name, value, 1);
      set.add(name);
    }
  }

  private static void unset(List<String> names) {
    names.forEach(CLibrary.C::unsetenv);
  }

  private interface CLibrary extends Library {
    CLibrary C = Native.load(Platform.C_LIBRARY_NAME, CLibrary.class);

    @Nullable String getenv(String name);

    int setenv(String name, String value, int overwrite);

    int unsetenv(String name);
  }
}
