package io.ganglion.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.api.Classification;
import io.ganglion.bench.report.Agreement;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoreRatesTest {
  private final CoreRates rates = new CoreRates();

  @Test
  void aCoresFirstBatchStartsItsClockAndCountsNothing() {
    batch(0, 8, 1_000_000_000L);
    batch(0, 4, 2_000_000_000L);
    batch(0, 4, 3_000_000_000L);
    batch(1, 2, 1_500_000_000L);
    batch(1, 6, 3_500_000_000L);
    rates.stop();
    batch(1, 6, 3_600_000_000L);

    assertThat(rates.perSecond()).isCloseTo(8 / 2.0 + 6 / 2.0, within(1e-9));
  }

  @Test
  void aRoundHasEnoughWhenEveryCoreHas() {
    batch(0, 8, 1_000_000_000L);
    batch(0, 8, 2_000_000_000L);
    batch(0, 8, 3_000_000_000L);
    batch(1, 8, 1_500_000_000L);
    assertThat(rates.have(1, 1)).isFalse();
    batch(1, 8, 2_500_000_000L);
    assertThat(rates.have(2, 1)).isTrue();
    assertThat(rates.have(2, 2)).isFalse();
    assertThat(rates.have(3, 1)).isFalse();
  }

  @Test
  void twoConnectionsMayBringTwoBatchesOfACoreInTurns() {
    batch(0, 1, 1_000_000_000L);
    answer(0, 2, 111, 1_500_000_000L);
    answer(0, 2, 222, 1_600_000_000L);
    answer(0, 2, 111, 1_700_000_000L);
    assertThat(rates.have(1, 1)).isTrue();
    answer(0, 2, 222, 2_000_000_000L);

    assertThat(rates.perSecond()).isCloseTo(4, within(1e-9));
  }

  @Test
  void agreementCountsWhatBothAnswered() {
    Answers source = new Answers(4);
    Answers system = new Answers(4);
    source.put(0, new float[] {0.9f, 0.1f});
    system.put(0, new float[] {0.8f, 0.2f});
    source.put(1, new float[] {0.51f, 0.49f});
    system.put(1, new float[] {0.49f, 0.51f});
    source.put(2, new float[] {0.3f, 0.7f});

    Agreement agreement = Agreement.of(source, system);

    assertThat(agreement.pairs()).isEqualTo(2);
    assertThat(agreement.sameLabel()).isEqualTo(0.5);
    assertThat(agreement.decided()).isEqualTo(1);
    assertThat(agreement.sameLabelDecided()).isEqualTo(1);
    assertThat(agreement.maxDifference()).isCloseTo(0.1, within(1e-6));
  }

  private void batch(int core, int size, long nowNs) {
    for (int i = 0; i < size; i++) {
      answer(core, size, nowNs + core, nowNs);
    }
  }

  private void answer(int core, int batchSize, long inferenceNs, long nowNs) {
    rates.add(
        new Classification(0, "0", List.of(1f), List.of(), 0, inferenceNs, batchSize, core, 54),
        nowNs);
  }
}
