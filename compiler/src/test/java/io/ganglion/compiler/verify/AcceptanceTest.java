package io.ganglion.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.SettingException;
import io.ganglion.runtime.model.Precision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptanceTest {
  private static Verification compare(List<float[]> source, List<float[]> compiled, Terms terms) {
    return Verification.compare(source, compiled, terms, source.get(0).length);
  }

  private static Bounds bounds(Terms terms, Precision precision) {
    return Bounds.of(Gate.usual(), terms, precision, false);
  }

  private static Bounds labels(Precision precision) {
    return bounds(Terms.LABELS, precision);
  }

  /** The probability of the first of two labels, whose logit differs by {@code logit}. */
  private static float[] pair(double logit) {
    float p = (float) (1 / (1 + Math.exp(-logit)));
    return new float[] {p, 1 - p};
  }

  /** Answers of a trained model, mostly sure, and those of one whose logits are noisy. */
  private static Verification noisy(int inputs, double noise, long seed) {
    Random random = new Random(seed);
    List<float[]> source = new ArrayList<>();
    List<float[]> compiled = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      double logit = 4 * random.nextGaussian();
      source.add(pair(logit));
      compiled.add(pair(logit + noise * random.nextGaussian()));
    }
    return compare(source, compiled, Terms.LABELS);
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 128, 500, 1024, 20_000})
  void aSoundModelPassesOnAnyNumberOfInputs(int inputs) {
    double largest = 0;
    for (long seed = 1; seed <= 20; seed++) {
      Verification verification = noisy(inputs, 0.02, seed);
      largest = Math.max(largest, verification.largestDifference());
      assertThat(Acceptance.complaint(verification, labels(Precision.BF16)))
          .as("%d inputs, seed %d", inputs, seed)
          .isEmpty();
    }
    assertThat(largest).as("the largest is no bound: it grows with the inputs").isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 500, 1024})
  void aModelThatIsTooNoisyFailsOnAnyNumberOfInputs(int inputs) {
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(Acceptance.complaint(noisy(inputs, 1, seed), labels(Precision.INT8)))
          .as("%d inputs, seed %d", inputs, seed)
          .isPresent();
    }
  }

  @Test
  void oneAnswerThatIsFarOffDoesNotRefuseButManyDo() {
    List<float[]> source = new ArrayList<>();
    List<float[]> compiled = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      source.add(new float[] {0.51f, 0.49f});
      compiled.add(i == 3 ? new float[] {0.2f, 0.8f} : new float[] {0.51f, 0.49f});
    }
    Verification one = compare(source, compiled, Terms.LABELS);
    assertThat(Acceptance.complaint(one, labels(Precision.BF16))).isEmpty();
    assertThat(one.differences().worst().get(0).input()).isEqualTo(3);
    assertThat(one.differences().largest()).isBetween(0.309, 0.311);
    compiled.set(4, new float[] {0.2f, 0.8f});
    assertThat(
            Acceptance.complaint(compare(source, compiled, Terms.LABELS), labels(Precision.BF16)))
        .hasValue("the 99.9th percentile of the difference is 3.1e-01, above 6.0e-02");
  }

  @Test
  void aNumberThatIsNoneIsInfinitelyFarOff() {
    Verification verification =
        compare(
            List.of(new float[] {0.5f, 0.5f}, new float[] {0.5f, 0.5f}),
            List.of(new float[] {Float.NaN, 0.5f}, new float[] {0.5f, 0.5f}),
            Terms.LABELS);
    assertThat(verification.largestDifference()).isInfinite();
    assertThat(Acceptance.complaint(verification, labels(Precision.INT8))).isPresent();
  }

  @Test
  void aLabelThatWasATossUpMayChangeAndAClearOneMayNot() {
    List<float[]> source = List.of(new float[] {0.52f, 0.48f}, new float[] {0.53f, 0.47f});
    List<float[]> compiled = List.of(new float[] {0.49f, 0.51f}, new float[] {0.49f, 0.51f});
    Verification verification = compare(source, compiled, Terms.LABELS);
    assertThat(verification.labels()).hasValue(new LabelCounts(2, 0, 1, 0));
    assertThat(
            Acceptance.complaint(
                verification, Bounds.of(Gate.of(0.1, 0.99), Terms.LABELS, Precision.INT8, false)))
        .hasValue("1 of 1 clear labels are lost, and 99 % must be kept");
  }

  @Test
  void labelsThatApplyIndependentlyAreEachKeptOrLost() {
    Verification verification =
        compare(
            List.of(new float[] {0.9f, 0.6f, 0.1f}),
            List.of(new float[] {0.8f, 0.4f, 0.2f}),
            Terms.INDEPENDENT_LABELS);
    assertThat(verification.labels()).hasValue(new LabelCounts(3, 2, 3, 2));
  }

  @Test
  void aComparisonWithoutAClearLabelProvesNothingAboutLabels() {
    List<float[]> source = List.of(new float[] {0.51f, 0.49f});
    assertThat(compare(source, source, Terms.LABELS).doubts())
        .containsExactly(Doubt.NO_CLEAR_LABEL);
    List<float[]> few = Collections.nCopies(19, pair(2));
    assertThat(compare(few, few, Terms.LABELS).doubts()).containsExactly(Doubt.FEW_CLEAR_LABELS);
    List<float[]> enough = Collections.nCopies(20, pair(2));
    assertThat(compare(enough, enough, Terms.LABELS).doubts()).isEmpty();
  }

  @Test
  void oneProbabilityHasNoLabelsToKeep() {
    List<float[]> source = List.of(new float[] {0.9f});
    assertThat(compare(source, source, Terms.PROBABILITY).labels()).isEmpty();
  }

  @Test
  void scoresAreMeasuredInTheSpreadOfTheSourcesOwn() {
    List<float[]> source = new ArrayList<>();
    List<float[]> compiled = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      source.add(new float[] {1000 + i % 10});
      compiled.add(new float[] {1000 + i % 10 + 0.3f * (i % 2)});
    }
    Verification verification = compare(source, compiled, Terms.SCORES);
    // The spread of 0 to 9 is 2.87, and half of the scores are off by 0.3.
    assertThat(verification.spread().getAsDouble()).isBetween(2.87, 2.88);
    assertThat(verification.differences().mean()).isBetween(0.052, 0.053);
    assertThat(Acceptance.complaint(verification, bounds(Terms.SCORES, Precision.INT8))).isEmpty();
    assertThat(Acceptance.complaint(verification, bounds(Terms.SCORES, Precision.BF16)))
        .isPresent();
  }

  @Test
  void anOrderThatIsLostIsRefused() {
    List<float[]> source = new ArrayList<>();
    List<float[]> compiled = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      source.add(new float[] {i});
      compiled.add(new float[] {99 - i});
    }
    Verification verification = compare(source, compiled, Terms.SCORES);
    assertThat(verification.rankCorrelation()).hasValue(-1);
    assertThat(Acceptance.complaint(verification, bounds(Terms.SCORES, Precision.INT8)))
        .get()
        .asString()
        .contains("the rank correlation is -1.0000, below 0.98");
  }

  @Test
  void scoresThatAreAllAlikeProveNothing() {
    List<float[]> same = List.of(new float[] {2}, new float[] {2});
    assertThat(compare(same, same, Terms.SCORES).doubts()).containsExactly(Doubt.SCORES_ALL_ALIKE);
  }

  @Test
  void vectorsAreComparedByTheirDirections() {
    List<float[]> source = List.of(new float[] {3, 4}, new float[] {1, 0});
    List<float[]> compiled = List.of(new float[] {6, 8}, new float[] {0.8f, 0.6f});
    Verification verification = compare(source, compiled, Terms.VECTORS);
    assertThat(verification.differences().mean()).isBetween(0.0999, 0.1001);
    assertThat(verification.largestDifference()).isBetween(0.1999, 0.2001);
    assertThat(Acceptance.complaint(verification, bounds(Terms.VECTORS, Precision.INT8)))
        .get()
        .asString()
        .startsWith("the mean difference of a direction, 1 - cosine is 1.0e-01");
    assertThat(
            Acceptance.complaint(
                compare(source, source, Terms.VECTORS), bounds(Terms.VECTORS, Precision.FP32)))
        .isEmpty();
  }

  @Test
  void eachTokensLabelIsKeptOrLost() {
    List<float[]> source = List.of(new float[] {0.9f, 0.1f, 0.2f, 0.8f}, new float[] {0.6f, 0.4f});
    List<float[]> compiled =
        List.of(new float[] {0.8f, 0.2f, 0.7f, 0.3f}, new float[] {0.6f, 0.4f});
    Verification verification = Verification.compare(source, compiled, Terms.TOKEN_LABELS, 2);
    assertThat(verification.inputs()).isEqualTo(2);
    assertThat(verification.differences().count()).isEqualTo(3);
    assertThat(verification.labels()).hasValue(new LabelCounts(3, 2, 3, 2));
    assertThat(verification.differences().worst().get(0).input()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void aGivenToleranceAndAgreementHoldForEveryPrecision(Precision precision) {
    Bounds given = Bounds.of(Gate.of(1e-3, 0.5), Terms.LABELS, precision, true);
    assertThat(given.mean()).isEqualTo(1e-3);
    assertThat(given.tail()).isEqualTo(2e-2);
    assertThat(given.labels()).isEqualTo(0.5);
  }

  @Test
  void aModelThatComputesSomethingElseOnPurposeHasMoreRoom() {
    Bounds usual = labels(Precision.FP32);
    Bounds other = Bounds.of(Gate.usual(), Terms.LABELS, Precision.FP32, true);
    assertThat(other.mean()).isGreaterThan(usual.mean());
    assertThat(other.labels()).isLessThan(usual.labels());
  }

  @Test
  void aGateThatCannotBePassedOrFailedIsRefused() {
    for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> Gate.of(0, share))
          .isInstanceOf(SettingException.class)
          .hasMessageContaining("a share from 0 to 1");
    }
    for (double tolerance : new double[] {-1, Double.NaN}) {
      assertThatThrownBy(() -> new Gate(tolerance, OptionalDouble.empty(), null, null))
          .isInstanceOf(SettingException.class);
    }
  }
}
