package io.ganglion.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.GanglionException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PaceTest {
  private long now = 1_000;
  private final Pace pace = new Pace(16, () -> now);

  private static GanglionException.Overloaded full(@Nullable Duration after) {
    return new GanglionException.Overloaded("RESOURCE_EXHAUSTED", "full", after, null);
  }

  @Test
  void aBurstOfRefusalsHalvesTheWindowOnceAndAnswersWidenIt() {
    long asked = now;
    now += 5;
    assertThat(pace.overloaded(full(Duration.ofMillis(70)), asked)).isEqualTo(70_000_000);
    assertThat(pace.overloaded(full(Duration.ofMillis(70)), asked)).isZero();
    assertThat(pace.width()).isEqualTo(8);
    for (int i = 0; i < 9; i++) {
      pace.answered();
    }
    assertThat(pace.width()).isEqualTo(9);
    for (int i = 0; i < 1_000; i++) {
      pace.answered();
    }
    assertThat(pace.width()).isEqualTo(16);
  }

  @Test
  void thereIsAlwaysOneInFlightAndPausesAreNeitherNothingNorLong() {
    for (int i = 0; i < 9; i++) {
      now++;
      assertThat(pace.overloaded(full(null), now)).isEqualTo(50_000_000);
    }
    assertThat(pace.width()).isEqualTo(1);
    assertThat(pace.overloaded(full(Duration.ofHours(1)), ++now)).isEqualTo(5_000_000_000L);
    assertThat(pace.overloaded(full(Duration.ZERO), ++now)).isEqualTo(1_000_000);
  }

  @Test
  void whoeverIsNeverAnsweredGivesUp() {
    now += TimeUnit.SECONDS.toNanos(110);
    pace.overloaded(full(null), now);
    pace.answered();
    now += TimeUnit.SECONDS.toNanos(119);
    pace.overloaded(full(null), now);
    now += TimeUnit.SECONDS.toNanos(2);
    assertThatThrownBy(() -> pace.overloaded(full(null), now))
        .isInstanceOf(GanglionException.Overloaded.class);
  }
}
