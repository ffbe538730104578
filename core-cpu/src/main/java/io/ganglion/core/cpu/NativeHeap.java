package io.ganglion.core.cpu;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import org.jspecify.annotations.Nullable;

/** The C library's heap, which oneDNN shares with the whole process. Thread-safe. */
final class NativeHeap {
  private static final @Nullable Function TRIM = find("malloc_trim");

  private NativeHeap() {}

  /** Returns free memory to the system, if the C library can (glibc). Takes some milliseconds. */
  static void trim() {
    if (TRIM != null) {
      TRIM.invokeInt(new Object[] {0L});
    }
  }

  private static @Nullable Function find(String name) {
    try {
      return NativeLibrary.getInstance(Platform.C_LIBRARY_NAME).getFunction(name);
    } catch (UnsatisfiedLinkError e) {
      return null;
    }
  }
}
