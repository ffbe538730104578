package io.ganglion.core.nrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.runtime.core.CoreFault.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NrtStatusTest {
  /** Compares codes and names with the vendor's nrt_status.h. */
  @ParameterizedTest
  @CsvSource({
    "1, FAILURE, CORE",
    "2, INVALID, BATCH",
    "3, INVALID_HANDLE, CORE",
    "4, RESOURCE, BATCH",
    "5, TIMEOUT, CORE",
    "6, HW_ERROR, CORE",
    "7, QUEUE_FULL, RETRY",
    "9, LOAD_NOT_ENOUGH_NC, CORE",
    "10, UNSUPPORTED_NEFF_VERSION, CORE",
    "11, FAIL_HOST_MEM_ALLOC, BATCH",
    "13, UNINITIALIZED, PROCESS",
    "14, CLOSED, PROCESS",
    "15, QUEUE_EMPTY, BATCH",
    "101, EXEC_UNIT_UNRECOVERABLE, PROCESS",
    "1002, EXEC_BAD_INPUT, BATCH",
    "1003, EXEC_COMPLETED_WITH_NUM_ERR, BATCH",
    "1004, EXEC_COMPLETED_WITH_ERR, CORE",
    "1005, EXEC_NC_BUSY, RETRY",
    "1006, EXEC_OOB, BATCH",
    "1100, COLL_PENDING, BATCH",
    "1200, HW_ERR_COLLECTIVES, CORE",
    "1201, HW_ERR_HBM_UE, PROCESS",
    "1202, HW_ERR_NC_UE, CORE",
    "1203, HW_ERR_DMA_ABORT, CORE",
    "1204, SW_NQ_OVERFLOW, CORE",
    "1205, HW_ERR_REPAIRABLE_HBM_UE, PROCESS",
    "1206, NETWORK_PROXY_FAILURE, CORE"
  })
  void everyCodeHasItsNameAndItsScope(int code, String name, Scope scope) {
    assertThat(NrtStatus.of(code)).isEqualTo(NrtStatus.valueOf(name));
    assertThat(NrtStatus.scopeOf(code)).isEqualTo(scope);
    assertThat(NrtStatus.describe(code)).startsWith("NRT_" + name + " (" + code + "): ");
  }

  @Test
  void thatIsAllOfThem() {
    assertThat(NrtStatus.values()).hasSize(27 + 1);
  }

  @Test
  void aCodeOfALaterLibraryCondemnsTheCoreAndNothingElse() {
    assertThat(NrtStatus.of(1999)).isNull();
    assertThat(NrtStatus.scopeOf(1999)).isEqualTo(Scope.CORE);
    assertThat(NrtStatus.describe(1999)).isEqualTo("an unknown status (1999)");
  }

  @Test
  void successIsNoFault() {
    assertThatThrownBy(() -> NrtStatus.scopeOf(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
