package io.ganglion.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.bench.measure.Answers;
import org.junit.jupiter.api.Test;

class AgreementTest {
  @Test
  void aLabelThatTheSourceIsSureOfCountsTwice() {
    Agreement agreement =
        Agreement.of(
            answers(new float[] {0.9f, 0.1f}, new float[] {0.52f, 0.48f}),
            answers(new float[] {0.4f, 0.6f}, new float[] {0.48f, 0.52f}));

    assertThat(agreement.sameLabel()).isZero();
    assertThat(agreement.decided()).isEqualTo(1);
    assertThat(agreement.sameLabelDecided()).isZero();
    assertThat(agreement.maxDifference()).isCloseTo(0.5, within(1e-6));
    assertThat(agreement.meanDifference()).isCloseTo((0.5 + 0.04) / 2, within(1e-6));
  }

  @Test
  void whereTheSourceIsNeverSureNothingDisagreesWithIt() {
    Agreement agreement =
        Agreement.of(answers(new float[] {0.51f, 0.49f}), answers(new float[] {0.49f, 0.51f}));

    assertThat(agreement.decided()).isZero();
    assertThat(agreement.sameLabelDecided()).isEqualTo(1);
  }

  @Test
  void theLeadIsOverTheSecondOfManyLabels() {
    Agreement close =
        Agreement.of(
            answers(new float[] {0.1f, 0.46f, 0.44f}), answers(new float[] {0.1f, 0.46f, 0.44f}));
    Agreement clear =
        Agreement.of(
            answers(new float[] {0.1f, 0.5f, 0.4f}), answers(new float[] {0.1f, 0.5f, 0.4f}));

    assertThat(close.decided()).isZero();
    assertThat(clear.decided()).isEqualTo(1);
  }

  @Test
  void aModelOfOneOutputIsAlwaysSure() {
    Agreement agreement = Agreement.of(answers(new float[] {0.3f}), answers(new float[] {0.9f}));

    assertThat(agreement.decided()).isEqualTo(1);
    assertThat(agreement.sameLabel()).isEqualTo(1);
    assertThat(agreement.maxDifference()).isCloseTo(0.6, within(1e-6));
  }

  @Test
  void whatIsNoNumberIsNotHiddenByAMaximum() {
    Agreement agreement =
        Agreement.of(
            answers(new float[] {0.5f, 0.5f}, new float[] {0.9f, 0.1f}),
            answers(new float[] {Float.NaN, 0.5f}, new float[] {0.9f, 0.1f}));

    assertThat(agreement.maxDifference()).isNaN();
  }

  @Test
  void pairsThatOnlyOneAnsweredAreNotCompared() {
    Answers system = new Answers(2);
    system.put(1, new float[] {0.9f, 0.1f});

    Agreement agreement =
        Agreement.of(answers(new float[] {0.1f, 0.9f}, new float[] {0.9f, 0.1f}), system);

    assertThat(agreement.pairs()).isEqualTo(1);
    assertThat(agreement.sameLabel()).isEqualTo(1);
    assertThat(Agreement.of(new Answers(3), system).pairs()).isZero();
  }

  private static Answers answers(float[]... rows) {
    Answers answers = new Answers(rows.length);
    for (int pair = 0; pair < rows.length; pair++) {
      answers.put(pair, rows[pair]);
    }
    return answers;
  }
}
