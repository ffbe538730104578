package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TallyTest {
  private final Tally tally = new Tally();

  private static Answer answer(int tokens, int batch) {
    return new Answer(0, "x", List.of(1f), 10, 20, batch, tokens, Judgement.NONE);
  }

  @Test
  void anIntervalHoldsTheLatenciesSinceTheLastOne() {
    tally.ok(1000, answer(5, 1));
    tally.ok(2000, answer(5, 1));
    assertThat(tally.interval().getTotalCount()).isEqualTo(2);
    tally.ok(3000, answer(5, 1));
    assertThat(tally.interval().getMaxValue()).isBetween(3000L, 3003L);
    assertThat(tally.interval().getTotalCount()).isZero();
    assertThat(tally.counts().ok()).as("intervals take nothing from the counts").isEqualTo(3);
  }

  @Test
  void latenciesBeyondWhatCanBeRecordedAreCountedAtTheEnds() {
    tally.ok(-5, answer(5, 1));
    tally.ok(Long.MAX_VALUE, answer(5, 1));
    assertThat(tally.interval().getTotalCount()).isEqualTo(2);
    assertThat(tally.counts().ok()).isEqualTo(2);
  }

  @Test
  void whatAServerDoesNotSayIsNotCountedAsZero() {
    tally.ok(1000, answer(0, 0));
    assertThat(tally.tokens().getTotalCount()).isZero();
    assertThat(tally.split().known()).isFalse();
    tally.ok(1000, answer(9, 8));
    assertThat(tally.tokens().getMean()).isEqualTo(9);
    assertThat(tally.split().batchSize().getMean()).isEqualTo(8);
    assertThat(tally.split().queueNs().getMaxValue()).isEqualTo(10);
    assertThat(tally.split().inferenceNs().getMaxValue()).isEqualTo(20);
  }

  @Test
  void failuresAreCountedByStatusWithTheirFirstMessage() {
    tally.failed("UNAVAILABLE", "first");
    tally.failed("UNAVAILABLE", "second");
    tally.failed("INTERNAL", "other");
    tally.cancelled();
    Counts counts = tally.counts();
    assertThat(counts.failures()).isEqualTo(Map.of("INTERNAL", 1L, "UNAVAILABLE", 2L));
    assertThat(counts.firstMessages())
        .isEqualTo(Map.of("INTERNAL", "other", "UNAVAILABLE", "first"));
    assertThat(counts.failed()).isEqualTo(3);
    assertThat(counts.cancelled()).isEqualTo(1);
    assertThat(counts.ended()).as("without those cancelled").isEqualTo(3);
  }

  @Test
  void accuracyIsTheShareOfThoseThatCouldBeJudged() {
    assertThat(tally.counts().accuracy()).isEmpty();
    tally.ok(1, answer(1, 1));
    tally.judged(true);
    tally.judged(true);
    tally.judged(false);
    tally.judged(true);
    assertThat(tally.counts().accuracy()).hasValue(0.75);
    assertThat(tally.counts().labelled()).isEqualTo(4);
  }

  @Test
  void inFlightIsWhatWasSentAndHasNotEnded() {
    tally.sent();
    tally.sent();
    tally.ended();
    assertThat(tally.inFlight()).isEqualTo(1);
  }
}
