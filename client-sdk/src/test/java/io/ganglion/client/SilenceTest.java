package io.ganglion.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SilenceTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  @Test
  void threeThatEndUnansweredInTwoSecondsAreEnough() {
    Silence silence = new Silence();
    silence.asked(100 * SECOND);
    assertThat(silence.ended(1, 101 * SECOND)).isFalse();
    assertThat(silence.ended(1, 103 * SECOND)).as("only two").isFalse();
    assertThat(silence.ended(1, 103 * SECOND)).isTrue();
  }

  @Test
  void manyThatEndSoonAreNot() {
    Silence silence = new Silence();
    silence.asked(0);
    for (int i = 0; i < 100; i++) {
      assertThat(silence.ended(1, 2 * SECOND - 1)).isFalse();
    }
  }

  @Test
  void whateverIsHeardEndsIt() {
    Silence silence = new Silence();
    silence.asked(0);
    silence.ended(5, SECOND);
    silence.heard();
    assertThat(silence.ended(5, 10 * SECOND)).as("nothing has been asked since").isFalse();
    silence.asked(11 * SECOND);
    assertThat(silence.ended(1, 12 * SECOND)).isFalse();
    assertThat(silence.ended(1, 13 * SECOND)).isTrue();
  }

  @Test
  void theTimeBeforeTheFirstQuestionDoesNotCount() {
    Silence silence = new Silence();
    silence.asked(1000 * SECOND);
    silence.asked(1001 * SECOND);
    assertThat(silence.ended(3, 1001 * SECOND)).isFalse();
    assertThat(silence.ended(1, 1002 * SECOND)).isTrue();
  }
}
