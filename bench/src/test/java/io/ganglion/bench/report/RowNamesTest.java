package io.ganglion.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.model.Precision;
import org.junit.jupiter.api.Test;

class RowNamesTest {
  @Test
  void aNameTellsThePrecision() {
    assertThat(RowNames.precision(RowNames.TENSORFLOW)).isEqualTo(Precision.FP32);
    assertThat(RowNames.precision(RowNames.PYTORCH_BF16)).isEqualTo(Precision.BF16);
    assertThat(RowNames.precision(RowNames.ORT_INT8_SORTED)).isEqualTo(Precision.INT8);
  }

  @Test
  void onlyRowsOfOursHaveARooflineOfOurs() {
    assertThat(RowNames.roofline(RowNames.GRPC_BF16)).isEqualTo(RowNames.ROOFLINE_BF16);
    assertThat(RowNames.roofline(RowNames.OUR_INT8)).isEqualTo(RowNames.ROOFLINE_INT8);
    assertThat(RowNames.roofline(RowNames.ORT_INT8_LONGEST)).isNull();
    assertThat(RowNames.roofline(RowNames.ROOFLINE_BF16)).isNull();
  }
}
