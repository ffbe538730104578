package io.ganglion.core.nrt;

import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreFault.Scope;
import org.jspecify.annotations.Nullable;

/**
 * The status codes of {@code libnrt} and what each means for the caller. The vendor does not say
 * which codes are worth a retry. The scopes are our reading of what its documents say about each
 * code.
 */
enum NrtStatus {
  SUCCESS(0, null, "done"),
  /** Says nothing about the cause. Loading the core again is the mildest remedy. */
  FAILURE(1, Scope.CORE, "failed for no stated reason"),
  INVALID(2, Scope.BATCH, "a tensor or the NEFF is not what the runtime expects"),
  INVALID_HANDLE(3, Scope.CORE, "a handle is no longer known"),
  RESOURCE(4, Scope.BATCH, "a resource could not be allocated"),
  TIMEOUT(5, Scope.CORE, "the core did not answer in time"),
  HW_ERROR(6, Scope.CORE, "hardware failure"),
  QUEUE_FULL(7, Scope.RETRY, "the core's queue is full"),
  LOAD_NOT_ENOUGH_NC(9, Scope.CORE, "not enough free NeuronCores"),
  UNSUPPORTED_NEFF_VERSION(10, Scope.CORE, "the runtime is too old or too new for the NEFF"),
  FAIL_HOST_MEM_ALLOC(11, Scope.BATCH, "the host has no memory left"),
  UNINITIALIZED(13, Scope.PROCESS, "the runtime is not initialised"),
  CLOSED(14, Scope.PROCESS, "the runtime is closed"),
  QUEUE_EMPTY(15, Scope.BATCH, "nothing was queued"),
  EXEC_UNIT_UNRECOVERABLE(101, Scope.PROCESS, "the execution unit cannot recover"),
  EXEC_BAD_INPUT(1002, Scope.BATCH, "the input does not fit the model"),
  /** The result holds a NaN; {@link NanPolicy} decides what follows. */
  EXEC_COMPLETED_WITH_NUM_ERR(1003, Scope.BATCH, "the result holds NaN"),
  EXEC_COMPLETED_WITH_ERR(1004, Scope.CORE, "a parity or event error in the core"),
  EXEC_NC_BUSY(1005, Scope.RETRY, "another model or thread holds the core"),
  EXEC_OOB(1006, Scope.BATCH, "an index is out of bounds"),
  COLL_PENDING(1100, Scope.BATCH, "a collective operation is pending"),
  HW_ERR_COLLECTIVES(1200, Scope.CORE, "hardware failure in a collective operation"),
  /** The memory is broken, so any result from the device may be wrong. */
  HW_ERR_HBM_UE(1201, Scope.PROCESS, "unrepairable device memory error, replace the instance"),
  HW_ERR_NC_UE(1202, Scope.CORE, "uncorrectable error in the core"),
  HW_ERR_DMA_ABORT(1203, Scope.CORE, "a transfer was aborted"),
  SW_NQ_OVERFLOW(
      1204, Scope.CORE, "notification queue overflow, see NEURON_RT_ENABLE_DGE_NOTIFICATIONS"),
  HW_ERR_REPAIRABLE_HBM_UE(1205, Scope.PROCESS, "device memory error, reload the driver or reboot"),
  NETWORK_PROXY_FAILURE(1206, Scope.CORE, "network proxy failure");

  private final int code;
  private final @Nullable Scope scope;
  private final String meaning;

  NrtStatus(int code, @Nullable Scope scope, String meaning) {
    this.code = code;
    this.scope = scope;
    this.meaning = meaning;
  }

  int code() {
    return code;
  }

  static @Nullable NrtStatus of(int code) {
    for (NrtStatus status : values()) {
      if (status.code == code) {
        return status;
      }
    }
    return null;
  }

  /**
   * What is broken when an execution or a transfer returns {@code code}. Later versions may add
   * codes: an unknown code means that the core is broken, and no more than that.
   */
  static Scope scopeOf(int code) {
    NrtStatus status = of(code);
    if (status == null) {
      return Scope.CORE;
    }
    if (status.scope == null) {
      throw new IllegalArgumentException(status + " is no failure.");
    }
    return status.scope;
  }

  /** Describes a code, such as {@code NRT_TIMEOUT (5): the core did not answer in time}. */
  static String describe(int code) {
    NrtStatus status = of(code);
    return status == null
        ? "an unknown status (" + code + ")"
        : "NRT_" + status + " (" + code + "): " + status.meaning;
  }

  /** The fault for a failed call, with the scope of its code. */
  static CoreFault fault(String call, int core, int code) {
    return new CoreFault(scopeOf(code), message(call, core, code));
  }

  static String message(String call, int core, int code) {
    return call + " on NeuronCore " + core + " returned " + describe(code) + ".";
  }
}
