package io.ganglion.core.cpu;

import io.ganglion.runtime.core.CoreFault;

/** Thrown for a failed oneDNN call. Becomes a {@link CoreFault} before it leaves this package. */
final class DnnlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The status {@code dnnl_out_of_memory}. */
  private static final int OUT_OF_MEMORY = 1;

  private final int status;

  DnnlException(String call, int status) {
    super("oneDNN could not " + call + ": " + text(status) + ".");
    this.status = status;
  }

  /** The fault for callers of a core. */
  CoreFault toFault() {
    CoreFault.Scope scope =
        status == OUT_OF_MEMORY ? CoreFault.Scope.PROCESS : CoreFault.Scope.CORE;
    return new CoreFault(scope, String.valueOf(getMessage()), this);
  }

  private static String text(int status) {
    return switch (status) {
      case OUT_OF_MEMORY -> "out of memory";
      case 2 -> "invalid arguments";
      case 3 -> "not implemented on this CPU";
      case 5 -> "runtime error";
      default -> "status " + status;
    };
  }
}
