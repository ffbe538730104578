package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CancellerTest {
  /** The times at which a thousand requests, all sent at 0, are cancelled. */
  private static List<Long> cancelledAt(double fraction, long seed) {
    VirtualTime time = new VirtualTime(0);
    Canceller canceller = new Canceller(fraction, seed, time);
    List<Long> cancelled = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      canceller.mayCancel(() -> cancelled.add(time.nowNs()));
    }
    time.pass(VirtualTime.ms(1000));
    return cancelled;
  }

  @Test
  void theShareIsCancelledEvenlyWithin20Milliseconds() {
    List<Long> cancelled = cancelledAt(0.3, 5);
    assertThat(cancelled).as("seed 5").hasSizeBetween(250, 350);
    assertThat(cancelled).allMatch(at -> at < VirtualTime.ms(20));
    assertThat(cancelled.stream().filter(at -> at < VirtualTime.ms(10)).count())
        .isBetween(cancelled.size() / 3L, 2L * cancelled.size() / 3);
  }

  @Test
  void noneAndAllAreSharesToo() {
    assertThat(cancelledAt(0, 5)).isEmpty();
    assertThat(cancelledAt(1, 5)).hasSize(1000);
  }

  @Test
  void aSeedCancelsTheSameRequestsEachTime() {
    assertThat(cancelledAt(0.3, 5)).isEqualTo(cancelledAt(0.3, 5));
    assertThat(cancelledAt(0.3, 5)).isNotEqualTo(cancelledAt(0.3, 6));
  }
}
