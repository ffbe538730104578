package io.ganglion.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.runtime.model.Precision;
import java.util.Map;
import org.junit.jupiter.api.Test;

class YardstickTest {
  private final Yardstick yardstick =
      new Yardstick(50, 1e9, 2, Map.of(Precision.BF16, 1e12, Precision.INT8, 2e12));

  @Test
  void tokensAreSharedByTheCoresLent() {
    assertThat(yardstick.tokensPerCore(40)).isEqualTo(1000);
  }

  @Test
  void aRowIsHeldAgainstThePeakOfItsOwnPrecisionOnAllCores() {
    assertThat(yardstick.ofPeak(Precision.BF16, 500)).isEqualTo(0.25);
    assertThat(yardstick.ofPeak(Precision.INT8, 500)).isEqualTo(0.125);
    assertThat(yardstick.ofPeak(Precision.FP32, 500)).isNull();
  }

  @Test
  void nothingIsMeasuredByNothing() {
    assertThatThrownBy(() -> new Yardstick(50, 1e9, 0, Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Yardstick(0, 1e9, 2, Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
