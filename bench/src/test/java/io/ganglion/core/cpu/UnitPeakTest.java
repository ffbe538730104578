package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.bench.report.Machine;
import io.ganglion.runtime.model.Precision;
import org.junit.jupiter.api.Test;

class UnitPeakTest {
  @Test
  void aPeakIsOfOneThreadAndLeavesTheCallersThreadsAsTheyWere() {
    int threads = Dnnl.threads().get();
    UnitPeak peak = UnitPeak.measure(Precision.FP32);

    // No CPU that has Java and oneDNN multiplies less than this, and no core has ever done more.
    assertThat(peak.operationsPerSecond()).isBetween(1e8, 1e14);
    assertThat(peak.precision()).isEqualTo(Precision.FP32);
    assertThat(Dnnl.threads().get()).isEqualTo(threads);
  }

  @Test
  void aPrecisionWithoutInstructionsIsMeasuredAsItRuns() {
    assertThat(UnitPeak.measure(Precision.INT8).precision())
        .isEqualTo(Dnnl.isa().execution(Precision.INT8));
  }

  @Test
  void aPeakSaysWhatItIs() {
    UnitPeak peak = new UnitPeak(Precision.BF16, "256 x 1024 x 256", "brg", 3.2e12);

    assertThat(Machine.words(peak))
        .isEqualTo(
            "3200 G operations/s a core, oneDNN's bf16 product of 256 x 1024 x 256 on hot data"
                + " (brg)");
  }
}
