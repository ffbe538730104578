package io.ganglion.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RanksTest {
  @Test
  void onlyTheOrderCounts() {
    double[] scores = {3, 1, 2, 10};
    assertThat(Ranks.correlation(scores, new double[] {0.3, 0.1, 0.2, 0.4})).isEqualTo(1);
    assertThat(Ranks.correlation(scores, new double[] {-3, -1, -2, -10})).isEqualTo(-1);
  }

  @Test
  void twoNeighboursThatChangePlacesAreWorthSixDSquaredOverNCubedMinusN() {
    assertThat(Ranks.correlation(new double[] {1, 2, 3, 4, 5}, new double[] {1, 3, 2, 4, 5}))
        .isCloseTo(1 - 6 * 2 / 120.0, within(1e-12));
  }

  @Test
  void equalScoresShareTheirRanks() {
    // Ranks 1.5, 1.5, 3 against 1, 2, 3.
    assertThat(Ranks.correlation(new double[] {5, 5, 7}, new double[] {1, 2, 3}))
        .isCloseTo(1.5 / Math.sqrt(1.5 * 2), within(1e-12));
    assertThat(Ranks.correlation(new double[] {5, 5}, new double[] {5, 5})).isEqualTo(1);
    assertThat(Ranks.correlation(new double[] {5, 5}, new double[] {5, 6})).isZero();
  }
}
