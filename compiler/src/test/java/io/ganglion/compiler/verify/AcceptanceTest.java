package io.ganglion.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.SettingException;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcceptanceTest {
  private static final Gate OPEN = Gate.of(0, 1);

  private static Verification compare(List<float[]> source, List<float[]> compiled) {
    return Verification.compare(source, compiled, OutputActivation.SOFTMAX, 0.02);
  }

  @Test
  void eachPrecisionHasItsToleranceUnlessOneIsGiven() {
    assertThat(Acceptance.tolerance(OPEN, Precision.FP32, false)).isEqualTo(1e-5);
    assertThat(Acceptance.tolerance(OPEN, Precision.BF16, false)).isEqualTo(1e-2);
    assertThat(Acceptance.tolerance(OPEN, Precision.INT8, false)).isEqualTo(0.1);
    assertThat(Acceptance.tolerance(OPEN, Precision.FP32, true)).isEqualTo(0.25);
    assertThat(Acceptance.tolerance(Gate.of(1e-3, 1), Precision.FP32, true)).isEqualTo(1e-3);
  }

  @Test
  void aNumberThatIsNoneIsTheLargestDifference() {
    Verification verification =
        compare(
            List.of(new float[] {0.5f, 0.5f}, new float[] {0.5f, 0.5f}),
            List.of(new float[] {Float.NaN, 0.5f}, new float[] {0.5f, 0.5f}));
    assertThat(verification.largestDifference()).isNaN();
  }

  @Test
  void aLabelThatWasATossUpMayChange() {
    Verification verification =
        compare(
            List.of(new float[] {0.505f, 0.495f}, new float[] {0.9f, 0.1f}),
            List.of(new float[] {0.495f, 0.505f}, new float[] {0.8f, 0.2f}));
    assertThat(verification.agreeing()).isEqualTo(1);
    assertThat(verification.decided()).isEqualTo(1);
    assertThat(verification.decidedAgreeing()).isEqualTo(1);
    assertThat(verification.agreement()).isEqualTo(0.5);
    assertThat(verification.largestDifference()).isBetween(0.099, 0.101);
  }

  @Test
  void aRegressionsDifferenceIsRelativeToValuesAboveOne() {
    Verification verification =
        Verification.compare(
            List.of(new float[] {100}, new float[] {0.5f}),
            List.of(new float[] {101}, new float[] {0.6f}),
            OutputActivation.IDENTITY,
            0.02);
    assertThat(verification.largestDifference()).isBetween(0.099, 0.101);
  }

  @Test
  void aGateThatCannotBePassedOrFailedIsRefused() {
    for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> Gate.of(0, share))
          .isInstanceOf(SettingException.class)
          .hasMessageContaining("a share from 0 to 1");
    }
    assertThatThrownBy(() -> Gate.of(-1, 1)).isInstanceOf(SettingException.class);
    assertThatThrownBy(() -> Gate.of(Double.NaN, 1)).isInstanceOf(SettingException.class);
  }
}
