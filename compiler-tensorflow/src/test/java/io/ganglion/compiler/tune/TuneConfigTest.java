package io.ganglion.compiler.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TuneConfigTest {
  @Test
  void theRecipesMrpcRunHas343Steps() {
    assertThat(new TuneConfig(128, 32, 2e-5, 3, 0.1, 1, 2, 1000).totalSteps(3668)).isEqualTo(343);
  }

  @Test
  void theRateRisesFromZeroAndFallsInALineToTheEnd() {
    TuneConfig config = new TuneConfig(128, 32, 1e-3, 3, 0.1, 1, 2, 1000);

    assertThat(config.learningRate(0, 100)).isZero();
    assertThat(config.learningRate(5, 100)).isCloseTo(0.5e-3, within(1e-12));
    assertThat(config.learningRate(10, 100)).isCloseTo(0.9e-3, within(1e-12));
    assertThat(config.learningRate(99, 100)).isCloseTo(1e-5, within(1e-12));
  }

  @Test
  void aSmallMachineHasAPartForEachThreadAndALargeOneThreadsForEachPart() {
    TuneConfig two = new TuneConfig(128, 32, 1e-3, 3, 0.1, 1, 2, 1000);
    TuneConfig sixteen = new TuneConfig(128, 32, 1e-3, 3, 0.1, 1, 16, 1000);
    TuneConfig lonely = new TuneConfig(128, 1, 1e-3, 3, 0.1, 1, 16, 1000);

    assertThat(two.parts()).isEqualTo(2);
    assertThat(two.threadsPerPart()).isEqualTo(1);
    assertThat(sixteen.parts()).isEqualTo(4);
    assertThat(sixteen.threadsPerPart()).isEqualTo(4);
    assertThat(lonely.parts()).isEqualTo(1);
    assertThat(lonely.threadsPerPart()).isEqualTo(16);
  }

  @Test
  void impossibleSettingsAreNamedByTheirFlag() {
    assertThatThrownBy(() -> new TuneConfig(128, 0, 1e-3, 3, 0.1, 1, 2, 1000))
        .hasMessageContaining("The batch size must be at least 1");
    assertThatThrownBy(() -> new TuneConfig(128, 32, -1, 3, 0.1, 1, 2, 1000))
        .hasMessageContaining("The learning rate");
    assertThatThrownBy(() -> new TuneConfig(128, 32, 1, 3, 1.5, 1, 2, 1000))
        .hasMessageContaining("The share of the warm-up");
  }
}
