package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.compiler.backend.neuron.NeuronOptions;
import io.ganglion.compiler.backend.neuron.NeuronTarget;
import io.ganglion.core.nrt.NeuronType;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompileReportTest {
  @Test
  void partsThatFollowEachOtherAreNamedAsARange() {
    assertThat(
            CompileReport.ranges(
                List.of("encoder.0", "encoder.1", "encoder.2", "pooler", "head.0", "head.2")))
        .isEqualTo("encoder.0-2, pooler, head.0, head.2");
    assertThat(CompileReport.ranges(List.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "INF2, FP16, 'fp16 on inf2, its layer norms too'",
    "INF1, BF16, 'bf16 on inf1, its layer norms in fp32'",
    "TRN1, FP32, fp32 on trn1"
  })
  void whetherATargetsLayerNormsAreNarrowIsSaid(NeuronTarget target, NeuronType type, String said) {
    assertThat(CompileReport.precision(options(target, type, true))).isEqualTo(said);
    assertThat(CompileReport.precision(options(target, type, false))).doesNotContain("norms");
  }

  private static NeuronOptions options(NeuronTarget target, NeuronType type, boolean narrowNorms) {
    return new NeuronOptions(
        target,
        type,
        narrowNorms,
        1,
        List.of(),
        Optional.empty(),
        List.of(),
        NeuronOptions.DEFAULT_TIMEOUT,
        0,
        false);
  }

  @Test
  void lessThanThreeTenthsOfTheWorkOnTheCoreIsLittle() {
    assertThat(CompileReport.isLittle(0.29)).isTrue();
    assertThat(CompileReport.isLittle(0.31)).isFalse();
  }
}
