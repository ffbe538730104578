package io.ganglion.compiler.savedmodel;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.util.function.Supplier;

/**
 * TensorFlow's surroundings: keeps what its native code writes to standard error off the terminal,
 * as it has no switch for some of its notes, and sets its environment. Models of others run in a
 * {@link TensorFlowChild}. Process-wide; used by one thread.
 */
public final class TensorFlowProcess {
  private static final int STDERR = 2;
  private static final int WRITE_ONLY = 1;
  static final boolean SHOW = Boolean.getBoolean("ganglion.native.log");

  private TensorFlowProcess() {}

  /** Runs {@code work} with standard error closed. Java's earlier output is flushed first. */
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

  /** Closes standard error and returns the descriptor to restore, or -1 if that is not possible. */
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

  /**
   * Sets the variables that TensorFlow reads when it is loaded. Its oneDNN kernels are switched
   * off, because the source's answers must be right: on graphs with constant weights these kernels
   * give other answers than its own (with 1.1.0 for Java, a frozen model's probabilities were off
   * by up to 0.26).
   */
  public static void prepare() {
    try {
      setEnvironment("TF_ENABLE_ONEDNN_OPTS", "0");
      setEnvironment("TF_CPP_MIN_LOG_LEVEL", "3");
    } catch (UnsatisfiedLinkError e) {
      throw new IllegalStateException("This platform has no C library with setenv.", e);
    }
  }

  private static void setEnvironment(String name, String value) {
    libc("setenv").invokeInt(new Object[] {name, value, 1});
  }

  private static Function libc(String name) {
    return NativeLibrary.getProcess().getFunction(name);
  }
}
