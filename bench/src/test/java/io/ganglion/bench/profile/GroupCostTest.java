package io.ganglion.bench.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.bench.workload.Batch;
import io.ganglion.bench.workload.ModelWork;
import io.ganglion.runtime.model.ModelDimensions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GroupCostTest {
  // One layer of 2 x 3 + 2 + 4 multiply-adds before and after attention, a million times.
  private final ModelWork work = new ModelWork(new ModelDimensions(10, 512, 2, 1000, 1, 1, 1000));

  @Test
  void aBatchHasSoManyTokensInTextsOfTheUsualLength() {
    for (int tokens : new int[] {64, 128, 216, 320, 432, 640}) {
      Batch batch = GroupCost.batch(tokens);
      assertThat(batch.tokens().tokens()).isEqualTo(tokens);
      assertThat(batch.longest()).isLessThanOrEqualTo(64);
      assertThat(batch.size()).isLessThanOrEqualTo(64);
    }
  }

  @Test
  void aTokensCostIsThatOfAllTheWorkDoneAndNotOfWholeLayers() {
    Batch batch = GroupCost.batch(108); // two texts: of 106 tokens only half of the layer is needed
    double wholeLayers = (108 * 6.0 - 106 * 3) / 6;

    assertThat(GroupCost.microseconds(work, batch, 1)).isCloseTo(1e6 / wholeLayers, within(1e-6));
  }

  @Test
  void theCheapestNumberIsNamed() {
    Map<Integer, Double> costs = new LinkedHashMap<>();
    costs.put(64, 46.0);
    costs.put(320, 26.94);
    costs.put(432, 32.0);

    assertThat(new GroupCost(costs).text())
        .contains("64: 46.0   320: 26.9   432: 32.0   (least at 320)");
  }
}
