package io.ganglion.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ForcedEndTest {
  @Test
  void onceAskedItEndsWhateverElseHangs() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    ForcedEnd end = ForcedEnd.prepare(Duration.ofMillis(50), ended::countDown);
    assertThat(ended.await(200, TimeUnit.MILLISECONDS)).as("ended unasked").isFalse();
    end.begin();
    assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
  }
}
