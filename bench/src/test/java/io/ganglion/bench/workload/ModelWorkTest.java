package io.ganglion.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.text.TokenSequence;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelWorkTest {
  // Two layers, 4 wide, 8 within.
  private final ModelWork work = new ModelWork(new ModelDimensions(10, 16, 2, 4, 2, 2, 8));

  @Test
  void aTokenMultipliesTheFourMatricesOfALayer() {
    assertThat(work.matricesOfTokenAndLayer()).isEqualTo(2 * (4 * 12 + 4 * 4 + 4 * 8 + 8 * 4));
  }

  @Test
  void afterTheLastAttentionOnlyFirstTokensGoOn() {
    double allOfBothLayers = 2 * 6 * work.matricesOfTokenAndLayer();
    double notOfFour = 4 * 2 * (4 * 4 + 4 * 8 + 8 * 4);

    assertThat(work.matrices(6, 2)).isEqualTo(allOfBothLayers - notOfFour);
  }

  @Test
  void attentionGrowsWithTheSquareOfTheLength() {
    double attention = work.text(6) - work.matrices(6, 1);

    assertThat(attention).isEqualTo(2 * 2 * 2 * 6 * 6 * 4);
    assertThat(work.text(12) - work.matrices(12, 1)).isCloseTo(4 * attention, within(1e-9));
  }

  @Test
  void theMeanTextIsTheMeanOfTheWorkNotTheWorkOfTheMean() {
    Workload workload =
        new Workload(
            List.of(new Pairs.Pair("a", null), new Pairs.Pair("b", null)),
            List.of(
                new TokenSequence(new int[2], new int[2]),
                new TokenSequence(new int[10], new int[10])));

    assertThat(work.meanText(workload)).isEqualTo((work.text(2) + work.text(10)) / 2);
    assertThat(work.meanText(workload)).isGreaterThan(work.text(6));
  }
}
