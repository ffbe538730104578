package io.ganglion.compiler.savedmodel;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.util.function.Supplier;

/**
 * Keeps what native code writes to standard error off the terminal: TensorFlow has no switch for
 * some of its notes. Process-wide; used by one thread.
 */
public final class NativeLog {
  private static final int STDERR = 2;
  private static final int WRITE_ONLY = 1;
  private static final boolean SHOW = Boolean.getBoolean("ganglion.native.log");

  private NativeLog() {}

  /** Runs {@code work} with standard error closed to all but what Java has written before. */
  public static <T> T silently(Supplier<T> work) {
    int saved = SHOW ? -1 : redirect();
    try {
      return work.get();
    } finally {
      if (saved >= 0) {
        libc("dup2").invokeInt(new Object[] {saved, STDERR});
        libc("close").invokeInt(new Object[] {saved});
      }
    }
  }

  /** Gives the descriptor to restore, or -1 where that cannot be done. */
  private static int redirect() {
    try {
      System.err.flush();
      int saved = libc("dup").invokeInt(new Object[] {STDERR});
      int nowhere = libc("open").invokeInt(new Object[] {"/dev/null", WRITE_ONLY});
      if (saved >= 0 && nowhere >= 0) {
        libc("dup2").invokeInt(new Object[] {nowhere, STDERR});
        libc("close").invokeInt(new Object[] {nowhere});
      }
      return saved;
    } catch (UnsatisfiedLinkError e) {
      return -1;
    }
  }

  private static Function libc(String name) {
    return NativeLibrary.getProcess().getFunction(name);
  }
}
